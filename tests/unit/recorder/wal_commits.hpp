// Counts transactions where SQLite leaves them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace edo::testing {

[[nodiscard]] inline std::uint32_t big_endian(const std::string& bytes, std::size_t at) {
  std::uint32_t number = 0;
  for (std::size_t i = at; i < at + 4; ++i) {
    number = number << 8 | static_cast<unsigned char>(bytes.at(i));
  }
  return number;
}

// Transactions in a write-ahead log that has not been started again yet: of each, the last frame
// tells the size of the database (https://sqlite.org/fileformat2.html#walformat).
[[nodiscard]] inline int commits_in(const std::string& wal) {
  constexpr std::size_t kHeader = 32;
  constexpr std::size_t kFrameHeader = 24;
  const std::size_t frame = kFrameHeader + big_endian(wal, 8);
  int commits = 0;
  for (std::size_t at = kHeader; at + frame <= wal.size(); at += frame) {
    const bool current = wal.compare(at + 8, 8, wal, 16, 8) == 0;  // the salts of the log
    commits += current && big_endian(wal, at + 4) != 0;
  }
  return commits;
}

}  // namespace edo::testing
