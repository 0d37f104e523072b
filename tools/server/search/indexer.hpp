// Keeps the index of a store up to date in a thread of low priority, for as long as it exists.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "storage/database.hpp"
#include "tools/server/search/index.hpp"

namespace edo::search {

struct IndexerOptions {
  std::uint64_t least_store_bytes = std::uint64_t{64} << 20;  // smaller ones are read as fast
  std::uint64_t least_free_bytes = std::uint64_t{512} << 20;  // of the disk, which stay free
  std::chrono::milliseconds pause{1000};                      // between looks at the store
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

// Any number of threads may use it.
class Indexer {
 public:
  Indexer(std::string store, const IndexerOptions& options);
  Indexer(const Indexer&) = delete;
  // Stops at once.
  ~Indexer();

  // Null while there is none.
  [[nodiscard]] std::shared_ptr<Index> index();
  // The index could not be read: a new one is made.
  void give_up(const std::shared_ptr<Index>& index);
  [[nodiscard]] IndexStatus status();

 private:
  void run(const std::stop_token& stop);
  // Whether there is more to do at once.
  bool step(const std::stop_token& stop);
  void open_store();
  void open_index();
  [[nodiscard]] bool has_space() const;
  [[nodiscard]] std::optional<Changes> changes_after(std::int64_t seq);
  // Adds one segment of the table, or learns that there are too few rows for one.
  bool build(std::size_t table, const std::stop_token& stop);
  bool read_gap(const KeyRange& gap, Draft& draft, std::uint64_t& rows,
                const std::stop_token& stop);
  void set_index(std::shared_ptr<Index> index, std::string reason = {});

  const std::string path_;
  const IndexerOptions options_;

  // Of the thread.
  std::optional<storage::Database> store_;
  std::array<std::optional<std::uint64_t>, tables::kTableCount> left_;  // rows after the last pass

  std::mutex mutex_;
  std::condition_variable_any wake_;
  std::shared_ptr<Index> index_;
  std::string reason_ = "the store has not been read yet";
  bool begins_anew_ = false;

  std::jthread thread_;  // the last, since it uses the others
};

}  // namespace edo::search
