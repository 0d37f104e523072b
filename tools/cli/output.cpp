#include "cli/output.hpp"

#include <langinfo.h>
#include <limits.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <clocale>
#include <cstdlib>
#include <cstring>

#include "edo/error.hpp"

namespace edo::cli {
namespace {

constexpr std::size_t kBuffer = 64 * 1024;
constexpr int kLastMoment = 500;  // milliseconds for a reader that is only slow

// A locale may be asked for without being installed, as in most containers; what the terminal
// understands is then still what the variables say.
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

Output::Output() : terminal_(isatty(STDOUT_FILENO) == 1), unicode_(takes_unicode()) {
  if (!terminal_) return;
  const char* kind = std::getenv("TERM");
  colours_ = !is_set("NO_COLOR") && (kind == nullptr || std::string_view(kind) != "dumb");
  winsize size{};
  const bool known = ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
  columns_ = known ? size.ws_col : 80;
}

void Output::write(std::string_view text) {
  pending_ += text;
  if (pending_.size() >= kBuffer) flush();
}

// A write that has begun cannot be given up. One of PIPE_BUF bytes does not wait where poll(2) sees
// room (pipe(7)).
void Output::wait_for_reader() const {
  pollfd watched[] = {{STDOUT_FILENO, POLLOUT, 0}, {give_up_on_, POLLIN, 0}};
  while (poll(watched, 2, -1) < 0 && errno == EINTR) {
  }
  if (watched[0].revents != 0) return;
  if (poll(watched, 1, kLastMoment) == 0) throw OutputClosed{};
}

void Output::flush() {
  std::string_view rest = pending_;
  while (!rest.empty()) {
    std::size_t together = rest.size();
    if (give_up_on_ >= 0) {
      wait_for_reader();
      together = std::min<std::size_t>(together, PIPE_BUF);
    }
    const ssize_t count = ::write(STDOUT_FILENO, rest.data(), together);
    if (count >= 0) {
      rest.remove_prefix(static_cast<std::size_t>(count));
    } else if (errno != EINTR) {
      const int why = errno;
      pending_.clear();
      if (why == EPIPE) throw OutputClosed{};
      throw Error(ErrorKind::io, std::string("write to standard output: ") + std::strerror(why));
    }
  }
  pending_.clear();
}

std::string Output::paint(Tone tone, std::string_view text) const {
  if (!colours_ || tone == Tone::plain || text.empty()) return std::string(text);
  return std::string(code(tone)).append(text).append("\x1b[0m");
}

}  // namespace edo::cli
