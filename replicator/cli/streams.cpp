#include "replicator/cli/streams.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <nlohmann/json.hpp>

namespace edo::cli {
namespace {

int output_failure = 0;  // the first errno

void note_failure() {
  if (output_failure == 0) output_failure = errno;
}

}  // namespace

void prepare_streams() {
  // Opened the other way round, the streams still fail where they are used.
  for (const auto& [number, mode] :
       {std::pair{STDIN_FILENO, O_WRONLY}, {STDOUT_FILENO, O_RDONLY}, {STDERR_FILENO, O_RDONLY}}) {
    if (fcntl(number, F_GETFD) == -1 && errno == EBADF) (void)open("/dev/null", mode);
  }
  (void)std::signal(SIGPIPE, SIG_IGN);
}

std::string plain(std::string_view text) {
  std::string result(text);
  for (std::size_t i = 0; i < result.size(); ++i) {
    const auto c = static_cast<unsigned char>(result[i]);
    if (c < 0x20 || c == 0x7F) result[i] = ' ';
    // U+0080 to U+009F steer terminals as well.
    if (c == 0xC2 && i + 1 < result.size() && static_cast<unsigned char>(result[i + 1]) < 0xA0) {
      result.replace(i, 2, " ");
    }
  }
  return result;
}

void write_out(std::string_view text) {
  if (std::fwrite(text.data(), 1, text.size(), stdout) != text.size()) note_failure();
}

void flush_output() {
  if (std::fflush(stdout) != 0) note_failure();
}

void write_err(std::string_view text) {
  flush_output();
  (void)std::fwrite(text.data(), 1, text.size(), stderr);
}

void say_json(const nlohmann::json& answer) {
  write_out(answer.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) + '\n');
}

std::string end_output() {
  flush_output();
  if (output_failure == 0 || output_failure == EPIPE) return {};
  return std::strerror(output_failure);
}

}  // namespace edo::cli
