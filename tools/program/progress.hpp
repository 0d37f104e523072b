// Progress on standard error, so that the result can be piped.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "tools/program/output.hpp"

namespace edo::cli {

// A line that rewrites itself; nothing if standard error is not a terminal.
class StatusLine {
 public:
  // `out` must outlive it.
  explicit StatusLine(Output& out);
  StatusLine(const StatusLine&) = delete;
  StatusLine& operator=(const StatusLine&) = delete;
  ~StatusLine() { clear(); }

  [[nodiscard]] bool is_visible() const noexcept { return visible_; }
  void show(std::string_view text);
  // Removes the line, so that something else can be printed.
  void clear();

 private:
  Output& out_;
  const bool visible_;
  bool shown_ = false;
};

// A bar for work whose size is known.
class ProgressBar {
 public:
  // `unit` is what it counts: "invocations".
  ProgressBar(std::string unit, Output& out);

  void operator()(std::size_t done, std::size_t total);
  void clear() { line_.clear(); }

 private:
  const std::string unit_;
  const bool unicode_;
  StatusLine line_;
  std::size_t percent_ = kNothingShown;

  static constexpr std::size_t kNothingShown = 101;
};

}  // namespace edo::cli
