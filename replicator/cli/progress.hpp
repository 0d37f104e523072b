// Says how far a cycle has come: a line that rewrites itself on a terminal, log lines elsewhere.
#pragma once

#include <chrono>
#include <string>

#include "replicator/daemon/cycle.hpp"

namespace edo::cli {

class ProgressLine {
 public:
  ProgressLine();
  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;
  ~ProgressLine() { clear(); }

  void show(const std::string& store, const daemon::Progress& progress);
  void show(const std::string& store, const daemon::HealingStep& step);
  // Removes the line, so that something else can be printed.
  void clear();

 private:
  void show(const std::string& text);

  bool terminal_;
  bool shown_ = false;
  std::chrono::steady_clock::time_point next_{};
};

// "the central database was restored … sending again", "12 of 34 rows compared …", or how it ended.
[[nodiscard]] std::string describe(const daemon::HealingStep& step);

// Adds what a cycle did that took up where an earlier one broke off.
void add(daemon::Progress& total, const daemon::Progress& later);

// "12,345 rows (10,000 new, 2,345 newer, 0 known) of 20,000 changes in 3 batches, 1.2 s, ..."
[[nodiscard]] std::string summary(const daemon::Progress& progress);

}  // namespace edo::cli
