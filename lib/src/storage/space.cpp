#include "storage/space.hpp"

#include <algorithm>
#include <string>

namespace edo::storage {
namespace {

constexpr int kPageBytes = 2048;
constexpr int kIncremental = 2;  // https://sqlite.org/pragma.html#pragma_auto_vacuum
constexpr std::chrono::milliseconds kTransaction{10};

std::uint64_t number(Database& database, const char* pragma) {
  return static_cast<std::uint64_t>(database.integer(std::string("PRAGMA ") + pragma).value_or(0));
}

void shrink_in_steps_from_now_on(Database& database) {
  database.execute("PRAGMA auto_vacuum = " + std::to_string(kIncremental));
}

}  // namespace

void choose_layout(Database& database) {
  // There is nothing yet that a power cut could take, and four syncs are the start of a function.
  database.execute("PRAGMA synchronous = OFF");
  database.execute("PRAGMA page_size = " + std::to_string(kPageBytes));
  try {
    shrink_in_steps_from_now_on(database);
  } catch (const Error& error) {
    // Somebody else is making the store, who has chosen as well.
    if (error.kind() != ErrorKind::busy) throw;
  }
}

std::uint64_t page_bytes(Database& database) { return number(database, "page_size"); }

std::uint64_t file_bytes(Database& database) {
  return number(database, "page_count") * page_bytes(database);
}

std::uint64_t free_bytes(Database& database) {
  return number(database, "freelist_count") * page_bytes(database);
}

std::uint64_t used_bytes(Database& database) {
  const std::uint64_t bytes = file_bytes(database);
  return bytes - std::min(bytes, free_bytes(database));
}

bool shrinks_in_steps(Database& database) {
  return number(database, "auto_vacuum") == kIncremental;
}

bool shrink(Database& database, std::uint64_t pages) {
  WriteTransaction transaction(database);
  const std::uint64_t free = number(database, "freelist_count");
  database.execute("PRAGMA incremental_vacuum(" + std::to_string(pages) + ")");
  const bool given_back = number(database, "freelist_count") < free;
  transaction.commit();
  return given_back;
}

void rewrite(Database& database) {
  shrink_in_steps_from_now_on(database);
  database.execute("VACUUM");
}

void Step::took(std::chrono::steady_clock::duration time) noexcept {
  const double share =
      std::chrono::duration<double>(time) / std::chrono::duration<double>(kTransaction);
  const double fits = static_cast<double>(count_) / std::max(share, 0.1);
  count_ = std::clamp(static_cast<std::uint64_t>(fits), kFewest, kMost);
}

}  // namespace edo::storage
