#include "tools/program/progress.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

namespace edo::cli {
namespace {

constexpr std::size_t kBarWidth = 30;

std::string bar(std::size_t percent, bool unicode) {
  std::string text;
  for (std::size_t i = 0; i < kBarWidth; ++i) {
    const bool filled = i * 100 < percent * kBarWidth;
    text += filled ? (unicode ? "█" : "#") : (unicode ? "░" : ".");
  }
  return text;
}

}  // namespace

StatusLine::StatusLine(Output& out) : out_(out), visible_(isatty(STDERR_FILENO) == 1) {}

void StatusLine::show(std::string_view text) {
  if (!visible_) return;
  out_.write_error(fmt::format("\r\x1b[K{}", text));
  shown_ = true;
}

void StatusLine::clear() {
  if (shown_) out_.write_error("\r\x1b[K");
  shown_ = false;
}

ProgressBar::ProgressBar(std::string unit, Output& out)
    : unit_(std::move(unit)), unicode_(out.unicode()), line_(out) {}

void ProgressBar::operator()(std::size_t done, std::size_t total) {
  if (!line_.is_visible() || total == 0) return;
  const std::size_t percent = std::min<std::size_t>(done * 100 / total, 100);
  if (percent == percent_) return;
  percent_ = percent;
  line_.show(
      fmt::format("{} {:3}%  {} of {} {}", bar(percent, unicode_), percent, done, total, unit_));
  if (done >= total) clear();
}

}  // namespace edo::cli
