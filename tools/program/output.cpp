#include "tools/program/output.hpp"

#include <fcntl.h>
#include <langinfo.h>
#include <limits.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <clocale>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <nlohmann/json.hpp>

#include "edo/error.hpp"
#include "tools/program/text.hpp"

namespace edo::cli {
namespace {

constexpr std::size_t kBuffer = 64 * 1024;
constexpr int kLastMoment = 500;  // milliseconds for a slow reader

// In most containers the requested locale is not installed, but the variables still say what the
// terminal understands.
bool takes_unicode() {
  if (std::setlocale(LC_CTYPE, "") != nullptr) {
    return std::strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
  }
  for (const char* name : {"LC_ALL", "LC_CTYPE", "LANG"}) {
    const char* value = std::getenv(name);
    if (value == nullptr || *value == '\0') continue;
    const std::string_view locale(value);
    return (locale.ends_with("UTF-8") || locale.ends_with("utf8")) &&
           std::setlocale(LC_CTYPE, "C.UTF-8") != nullptr;
  }
  return false;
}

bool is_set(const char* name) {
  const char* value = std::getenv(name);
  return value != nullptr && *value != '\0';
}

std::string_view code(Tone tone) {
  constexpr std::array<std::string_view, 7> kCodes = {"",         "\x1b[1m",  "\x1b[2m", "\x1b[32m",
                                                      "\x1b[31m", "\x1b[33m", "\x1b[36m"};
  return kCodes[static_cast<std::size_t>(tone)];
}

}  // namespace

void prepare_streams() {
  // The access is the wrong one, so that a use of the stream still fails.
  for (const auto& [number, mode] :
       {std::pair{STDIN_FILENO, O_WRONLY}, {STDOUT_FILENO, O_RDONLY}, {STDERR_FILENO, O_RDONLY}}) {
    if (fcntl(number, F_GETFD) == -1 && errno == EBADF) (void)open("/dev/null", mode);
  }
  (void)std::signal(SIGPIPE, SIG_IGN);
}

Output::Output(OutputFailure on_failure)
    : on_failure_(on_failure), terminal_(isatty(STDOUT_FILENO) == 1), unicode_(takes_unicode()) {
  if (!terminal_) return;
  const char* kind = std::getenv("TERM");
  colours_ = !is_set("NO_COLOR") && (kind == nullptr || std::string_view(kind) != "dumb");
  winsize size{};
  const bool known = ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
  columns_ = known ? size.ws_col : 80;
}

void Output::write(std::string_view text) {
  pending_ += text;
  const bool shows_now = terminal_ && text.ends_with('\n');
  if (shows_now || pending_.size() >= kBuffer) flush();
}

void Output::flush() {
  write_pending();
  if (failure_ == 0 || on_failure_ == OutputFailure::is_reported) return;
  if (failure_ == EPIPE) throw OutputClosed{};
  throw Error(ErrorKind::io, "write to", "standard output", std::strerror(failure_));
}

// A write that has begun cannot be given up. One of PIPE_BUF bytes does not wait where poll(2) sees
// room (pipe(7)).
bool Output::has_reader() const {
  pollfd watched[] = {{STDOUT_FILENO, POLLOUT, 0}, {give_up_on_, POLLIN, 0}};
  while (poll(watched, 2, -1) < 0 && errno == EINTR) {
  }
  return watched[0].revents != 0 || poll(watched, 1, kLastMoment) != 0;
}

void Output::write_pending() {
  std::string_view rest = pending_;
  while (!rest.empty() && failure_ == 0) {
    std::size_t size = rest.size();
    if (give_up_on_ >= 0) {
      if (!has_reader()) {
        failure_ = EPIPE;
        break;
      }
      size = std::min<std::size_t>(size, PIPE_BUF);
    }
    const ssize_t count = ::write(STDOUT_FILENO, rest.data(), size);
    if (count >= 0) {
      rest.remove_prefix(static_cast<std::size_t>(count));
    } else if (errno != EINTR) {
      failure_ = errno;
    }
  }
  pending_.clear();
}

void Output::write_json(const nlohmann::json& answer) {
  write(answer.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) + '\n');
}

void Output::write_json(const nlohmann::ordered_json& answer) {
  write(answer.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + '\n');
}

void Output::write_error(std::string_view text) {
  write_pending();
  (void)std::fwrite(text.data(), 1, text.size(), stderr);
}

void Output::complain_of(std::string_view what) {
  write_error(command_ + ": " + one_line(what) + '\n');
}

std::string Output::failure() const {
  return failure_ == 0 || failure_ == EPIPE ? "" : std::strerror(failure_);
}

std::string Output::paint(Tone tone, std::string_view text) const {
  if (!colours_ || tone == Tone::plain || text.empty()) return std::string(text);
  return std::string(code(tone)).append(text).append("\x1b[0m");
}

}  // namespace edo::cli
