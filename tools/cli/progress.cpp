#include "cli/progress.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <utility>

#include "replicator/cli/streams.hpp"

namespace edo::cli {
namespace {

constexpr std::size_t kBarWidth = 30;

}  // namespace

Progress::Progress(std::string what, bool unicode)
    : what_(std::move(what)), watched_(isatty(STDERR_FILENO) == 1), unicode_(unicode) {}

void Progress::operator()(std::size_t done, std::size_t total) {
  if (!watched_ || total == 0) return;
  const std::size_t percent = std::min<std::size_t>(done * 100 / total, 100);
  if (shown_ && percent == percent_) return;
  percent_ = percent;
  std::string bar;
  for (std::size_t i = 0; i < kBarWidth; ++i) {
    const bool filled = i * 100 < percent * kBarWidth;
    bar += filled ? (unicode_ ? "█" : "#") : (unicode_ ? "░" : ".");
  }
  write_err(fmt::format("\r{} {:3}%  {} of {} {}\x1b[K", bar, percent, done, total, what_));
  shown_ = true;
  if (done >= total) clear();
}

void Progress::clear() {
  if (shown_) write_err("\r\x1b[K");
  shown_ = false;
}

}  // namespace edo::cli
