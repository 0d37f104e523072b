// A bar on standard error for work that takes a while, so that the result can be piped; nothing
// where nobody watches.
#pragma once

#include <cstddef>
#include <string>

namespace edo::cli {

class Progress {
 public:
  // `what` is counted: "invocations".
  Progress(std::string what, bool unicode);
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;
  ~Progress() { clear(); }

  void operator()(std::size_t done, std::size_t total);
  // Removes the bar, so that something else can be printed.
  void clear();

 private:
  const std::string what_;
  const bool watched_;
  const bool unicode_;
  bool shown_ = false;
  std::size_t percent_ = 0;
};

}  // namespace edo::cli
