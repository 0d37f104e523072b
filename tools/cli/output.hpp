// Standard output as the commands see it: who reads it, what it can show, and the one place where
// a failure to write is noticed.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace edo::cli {

enum class Tone { plain, strong, dim, good, bad, warning, busy };

// Thrown when nobody reads any more, as in `edo ls | head`. The program then ends quietly.
struct OutputClosed {};

class Output {
 public:
  // Reads the locale, the terminal and NO_COLOR (https://no-color.org).
  Output();

  // Both throw OutputClosed, or Error (io) when the text cannot be written, as on a full disk.
  void write(std::string_view text);
  void flush();

  // From now on, text that nobody takes is given up once `descriptor` is readable: OutputClosed.
  void give_up_on(int descriptor) noexcept { give_up_on_ = descriptor; }

  [[nodiscard]] bool is_terminal() const noexcept { return terminal_; }
  // Columns of the terminal; 0 if it is none.
  [[nodiscard]] std::size_t columns() const noexcept { return columns_; }
  [[nodiscard]] bool unicode() const noexcept { return unicode_; }

  // The text in a colour where colours are wanted, or as it is.
  [[nodiscard]] std::string paint(Tone tone, std::string_view text) const;

  // What stands for the part left out of a shortened text.
  [[nodiscard]] std::string_view ellipsis() const noexcept { return unicode_ ? "…" : "..."; }

 private:
  void wait_for_reader() const;

  std::string pending_;
  int give_up_on_ = -1;
  bool terminal_ = false;
  bool colours_ = false;
  bool unicode_ = false;
  std::size_t columns_ = 0;
};

}  // namespace edo::cli
