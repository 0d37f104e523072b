// How far a cycle has come: a line that rewrites itself on a terminal, log lines elsewhere.
#pragma once

#include <chrono>
#include <string>

#include "replicator/ship/cycle.hpp"
#include "tools/program/progress.hpp"

namespace edo::cli {

class ShipProgress {
 public:
  explicit ShipProgress(Output& out);

  void show(const std::string& store, const shipping::Progress& progress);
  void show(const std::string& store, const shipping::HealingStep& step);
  // Removes the line, so that something else can be printed.
  void clear() { line_.clear(); }

 private:
  void show(const std::string& text);
  [[nodiscard]] std::chrono::milliseconds interval() const;

  StatusLine line_;
  std::chrono::steady_clock::time_point next_{};
};

// "the central database was restored … sending again", "12 of 34 rows compared …", or how it ended.
[[nodiscard]] std::string describe(const shipping::HealingStep& step);

// Adds the progress of a cycle that continued an interrupted one.
void add(shipping::Progress& total, const shipping::Progress& later);

// "12,345 rows (10,000 new, 2,345 newer, 0 known) of 20,000 changes in 3 batches, 1.2 s, ..."
[[nodiscard]] std::string summary(const shipping::Progress& progress);

}  // namespace edo::cli
