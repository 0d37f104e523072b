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
#include "tools/server/search/status.hpp"

namespace edo::search {

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
  struct Pass {
    std::uint64_t left = 0;                                         // rows that no block has
    std::optional<std::chrono::steady_clock::time_point> again_at;  // then young ones have settled
  };

  void run(const std::stop_token& stop);
  // Whether there is more to do at once.
  bool step(const std::stop_token& stop);
  void open_store();
  void open_index();
  [[nodiscard]] bool has_space() const;
  [[nodiscard]] std::optional<Changes> changes_after(std::int64_t seq);
  // Adds one segment of the table, or learns that there are too few rows for one.
  bool build(std::size_t table, const std::stop_token& stop);
  bool read_gap(const KeyRange& gap, Draft& draft, Pass& pass, const std::stop_token& stop);
  [[nodiscard]] bool is_due(std::size_t table, Index& index) const;
  void set_index(std::shared_ptr<Index> index, std::string reason = {});

  const std::string path_;
  const IndexerOptions options_;

  // Of the thread.
  std::optional<storage::Database> store_;
  std::array<std::optional<Pass>, tables::kTableCount> passes_;  // the last of each table
  std::optional<std::int64_t> seen_;                             // PRAGMA data_version
  bool has_work_ = false;                                        // since the last pause

  std::mutex mutex_;
  std::condition_variable_any wake_;
  std::shared_ptr<Index> index_;
  std::string reason_ = "the store has not been read yet";
  bool begins_anew_ = false;

  std::jthread thread_;  // the last, since it uses the others
};

}  // namespace edo::search
