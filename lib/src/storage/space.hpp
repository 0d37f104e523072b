// The space that a store file takes, how much of it is free, and how that is given back to the
// disk.
#pragma once

#include <chrono>
#include <cstdint>

#include "storage/database.hpp"

namespace edo::storage {

// For a new store: small pages, since a call writes each page that it changes to the log as a
// whole, and a file that can shrink in steps. docs/performance.md says what they cost and save.
void choose_layout(Database& database);

[[nodiscard]] std::uint64_t page_bytes(Database& database);
// Bytes of the file, once the log is in it,
[[nodiscard]] std::uint64_t file_bytes(Database& database);
// of which these hold something, and those wait for new rows.
[[nodiscard]] std::uint64_t used_bytes(Database& database);
[[nodiscard]] std::uint64_t free_bytes(Database& database);

// Whether the file can shrink in steps. A file of an older version can only be rewritten.
[[nodiscard]] bool shrinks_in_steps(Database& database);

// Frees at most so many pages of the file, in one transaction. The file is shorter when the log has
// been written into it. False if no page is free. Throws Error.
bool shrink(Database& database, std::uint64_t pages);

// Rewrites the whole file without free pages, so that it can shrink in steps, in one transaction
// whose length grows with the file. Throws Error.
void rewrite(Database& database);

// How much to do in one transaction, in trees, pages or other units. Hosts may have to wait for as
// long as it takes.
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
