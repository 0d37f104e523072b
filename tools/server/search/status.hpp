// What a server sets about the index of a store's texts, and tells about it.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace edo::search {

struct IndexerOptions {
  std::uint64_t least_store_bytes = std::uint64_t{64} << 20;  // smaller ones are read as fast
  std::uint64_t least_free_bytes = std::uint64_t{512} << 20;  // of the disk, which stay free
  std::chrono::milliseconds pause{1000};      // between looks at a store that changes
  std::chrono::milliseconds settles{60'000};  // younger rows often change, and wait
  std::uint64_t rows_to_try = 20'000;         // that may fill a segment
};

struct IndexStatus {
  enum class State { none, building, ready };
  State state = State::none;
  std::string reason;  // of none
  std::uint64_t blocks = 0;
  std::uint64_t bytes = 0;
  std::uint64_t unindexed_rows = 0;  // of ready: what each search reads besides
  std::uint64_t searches = 0;        // that it has made shorter
};

}  // namespace edo::search
