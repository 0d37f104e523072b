// The space that a store file takes, what of it holds nothing, and how it is given back.
#pragma once

#include <chrono>
#include <cstdint>

#include "storage/database.hpp"

namespace edo::storage {

// Before a new store is made: small pages, since a call writes each page that it touches to the log
// as a whole, and a file that can shrink in steps. docs/performance.md has what they cost and save.
void choose_layout(Database& database);

[[nodiscard]] std::uint64_t page_bytes(Database& database);
// Bytes of the file, once the log is in it,
[[nodiscard]] std::uint64_t file_bytes(Database& database);
// of which these hold something, and those wait for new rows.
[[nodiscard]] std::uint64_t used_bytes(Database& database);
[[nodiscard]] std::uint64_t free_bytes(Database& database);

// Whether the file can shrink in steps. One that an older version has made can only be written
// anew.
[[nodiscard]] bool shrinks_in_steps(Database& database);

// Gives at most so many pages back to the file system, in one transaction: the file is shorter when
// the log has been written into it. False if there is nothing to give back. Throws Error.
bool shrink(Database& database, std::uint64_t pages);

// Writes the whole file anew without free pages, as one that can shrink in steps, in one
// transaction that is as long as the file is large. Throws Error.
void rewrite(Database& database);

// How much to do in one transaction, in trees, pages or whatever is counted. Hosts may have to wait
// for as long as that takes.
class Step {
 public:
  [[nodiscard]] std::uint64_t count() const noexcept { return count_; }
  // How long so many took, for the next step.
  void took(std::chrono::steady_clock::duration time) noexcept;

 private:
  static constexpr std::uint64_t kFewest = 5;
  static constexpr std::uint64_t kMost = 1000;

  std::uint64_t count_ = kFewest;
};

}  // namespace edo::storage
