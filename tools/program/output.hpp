// What a program writes: results to standard output, everything else to standard error. It knows
// what the terminal can show, and it is the one place that notices a failure to write.
#pragma once

#include <fmt/format.h>

#include <cstddef>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <utility>

namespace edo::cli {

enum class Tone { plain, strong, dim, good, bad, warning, busy };

// Thrown when the reader of standard output is gone, as in `edo ls | head`. The program then ends
// quietly.
struct OutputClosed {};

// What a failure to write to standard output does.
enum class OutputFailure {
  throws,      // the output is all that the command is for
  is_reported  // the work continues, and the program reports the failure at the end
};

// To be called first in main(). Opens /dev/null for each standard stream that the parent process
// has closed, so that no file and no connection gets its number, and makes a closed pipe a failed
// write.
void prepare_streams();

// Belongs to one thread.
class Output {
 public:
  // Reads the locale, the terminal and NO_COLOR (https://no-color.org).
  explicit Output(OutputFailure on_failure = OutputFailure::throws);

  // To standard output. With OutputFailure::throws, all of these throw OutputClosed, or Error (io)
  // when the text cannot be written, as on a full disk.
  void write(std::string_view text);
  void flush();
  template <typename... Values>
  void say(fmt::format_string<Values...> format, Values&&... values) {
    write(fmt::format(format, std::forward<Values>(values)...));
  }
  // The answer to --json: in one line, or indented where the order of the keys is given. Bytes that
  // are not UTF-8, as in the name of a file, become U+FFFD.
  void write_json(const nlohmann::json& answer);
  void write_json(const nlohmann::ordered_json& answer);

  // To standard error, after all that was written to standard output. Never throws a failure to
  // write: it must not stop the work.
  void write_error(std::string_view text);
  // One line that begins with the name of the command.
  template <typename... Values>
  void complain(fmt::format_string<Values...> format, Values&&... values) {
    complain_of(fmt::format(format, std::forward<Values>(values)...));
  }

  // Who complains: "edo ls".
  void set_command(std::string name) { command_ = std::move(name); }
  [[nodiscard]] const std::string& command() const noexcept { return command_; }

  // From now on, text that has no reader is given up once `descriptor` is readable: OutputClosed.
  void give_up_on(int descriptor) noexcept { give_up_on_ = descriptor; }

  // Why some of the output could not be written; empty if all was written, or if its reader has
  // gone.
  [[nodiscard]] std::string failure() const;

  [[nodiscard]] bool is_terminal() const noexcept { return terminal_; }
  // Columns of the terminal; 0 if standard output is not a terminal.
  [[nodiscard]] std::size_t columns() const noexcept { return columns_; }
  [[nodiscard]] bool unicode() const noexcept { return unicode_; }

  // The text in a colour if the terminal shows colours, or as it is.
  [[nodiscard]] std::string paint(Tone tone, std::string_view text) const;

  // What stands for the part left out of a shortened text.
  [[nodiscard]] std::string_view ellipsis() const noexcept { return unicode_ ? "…" : "..."; }

 private:
  void complain_of(std::string_view what);
  [[nodiscard]] bool has_reader() const;
  void write_pending();

  const OutputFailure on_failure_;
  std::string command_;
  std::string pending_;
  int failure_ = 0;  // the first errno; nothing is written after it
  int give_up_on_ = -1;
  bool terminal_ = false;
  bool colours_ = false;
  bool unicode_ = false;
  std::size_t columns_ = 0;
};

}  // namespace edo::cli
