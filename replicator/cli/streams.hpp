// The standard streams of both programs. What is said to people must never stop the work: a reader
// that has gone away or a full disk under a log are noticed and told by the exit code at most.
#pragma once

#include <fmt/format.h>

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <utility>

namespace edo::cli {

// To be called first. Fills the places of streams that whoever started the program has closed, so
// that no file and no connection gets their numbers, and makes a closed pipe a failed write.
void prepare_streams();

// Text from elsewhere on one line, without what could steer a terminal: control characters become
// spaces.
[[nodiscard]] std::string plain(std::string_view text);

// To standard output. What cannot be written is given up.
void write_out(std::string_view text);
// What was written to standard output so far is not held back.
void flush_output();
// To standard error, after all that was written to standard output.
void write_err(std::string_view text);

template <typename... Values>
void say(fmt::format_string<Values...> format, Values&&... values) {
  write_out(fmt::format(format, std::forward<Values>(values)...));
}

// The answer to --json, in one line. Bytes that are not UTF-8, as in the name of a file, become
// U+FFFD.
void say_json(const nlohmann::json& answer);

// One line on standard error; plain().
template <typename... Values>
void complain(fmt::format_string<Values...> format, Values&&... values) {
  write_err(plain(fmt::format(format, std::forward<Values>(values)...)) + '\n');
}

// Writes what is left for standard output. Returns why some of it could not be written; empty if
// all was, or if whoever reads it has had enough.
[[nodiscard]] std::string end_output();

}  // namespace edo::cli
