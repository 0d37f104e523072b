// An index of the texts of a store, in a file of its own beside it: FILE-search. It only saves
// time: every row that it does not exclude is read, and whatever it does not know counts as
// changed. So it may be deleted, be behind, or belong to another store.
//
// A block is a run of a table's rows in the order of their ids. For each block the index has a
// signature; blocks whose signature lacks a piece of the text that is searched are not read. The
// signatures of a segment's blocks are stored by hash, so that a search reads few of their bytes.
// docs/formats/search.md describes the file.
#pragma once

#include <SQLiteCpp/SQLiteCpp.h>

#include <array>
#include <bitset>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "edo/error.hpp"
#include "storage/database.hpp"
#include "storage/file_id.hpp"
#include "tables/model.hpp"
#include "tools/server/search/changes.hpp"
#include "tools/server/search/draft.hpp"
#include "tools/server/search/need.hpp"

namespace edo::search {

// Which store an index belongs to.
struct StoreIdentity {
  std::string store_id;
  storage::FileId file;
  bool operator==(const StoreIdentity&) const = default;

  // Of an open store. Throws Error.
  [[nodiscard]] static StoreIdentity of(storage::Database& store);
};

// The ids of the newest row of each table; empty: it has none.
using NewestRows = std::array<std::string, tables::kTableCount>;
[[nodiscard]] NewestRows newest_rows(storage::Database& store);

// The index cannot be read or written.
class IndexFailure : public Error {
 public:
  IndexFailure(std::string_view operation, const std::string& path, const std::string& why)
      : Error(ErrorKind::io, operation, path, why) {}
};

// Any number of threads may use it.
class Index {
 public:
  // Opens the file beside the store at the path, and begins a new one if there is none, or none
  // that can be used. Throws Error: busy (another process has it), denied or io.
  // `anew` does not use what is there.
  Index(const std::string& path, storage::Database& store, bool anew);

  [[nodiscard]] const StoreIdentity& identity() const noexcept { return identity_; }
  // The changes of the store up to here are in it.
  [[nodiscard]] std::int64_t seq();
  // The parts of a table that have no blocks, in order.
  [[nodiscard]] std::vector<KeyRange> gaps(std::size_t table);
  [[nodiscard]] std::uint64_t blocks();
  [[nodiscard]] std::uint64_t bytes();
  // How many it has made shorter.
  [[nodiscard]] std::uint64_t searches();

  // Removes the blocks of changed rows. Throws Error.
  void apply(const Changes& changes, storage::Database& store);
  // Adds the blocks of a full draft, which were read after seq(). Throws Error.
  void add(const Draft& draft);
  // Removes the blocks without rows of one segment; another one with each call. Throws Error.
  void drop_empty(storage::Database& store);
  // So many rows of the table are in its gaps. Until that is known, the index is not used.
  void set_unindexed(std::size_t table, std::uint64_t rows);
  [[nodiscard]] std::optional<std::uint64_t> unindexed(std::size_t table);
  // Whether the file is still beside the store.
  [[nodiscard]] bool is_in_place() const { return storage::FileId::at(path_) == file_; }

  // Begins the transaction of a search in the store, and returns for each search the ranges of
  // keys that have all rows with what is needed, as JSON [[AFTER, UNTIL], …]. Nothing: the index
  // does not help. Throws Error.
  [[nodiscard]] std::vector<std::optional<std::string>> begin(std::span<const Search> searches,
                                                              storage::Database& store);

 private:
  using Blocks = std::bitset<kBlocksOfSegment>;
  struct Segment {
    std::int64_t id = 0;
    std::size_t table = 0;
    std::string from, until;  // of created_at
    std::size_t blocks = 0;   // that are not removed
  };
  struct Hashes;  // a Need, whose pieces are hashes
  struct Found;   // a block in the file

  void open();
  void create(const NewestRows& newest);
  [[nodiscard]] bool load(storage::Database& store);
  void load_gaps();
  void load_segments();
  void write_seq(std::int64_t seq, const NewestRows& newest);

  // The blocks that the statement finds. Throws SQLite::Exception if one is damaged.
  [[nodiscard]] static std::vector<Found> found_by(SQLite::Statement& query, std::size_t table);
  // The first ones that end at the id or behind it; -1: all.
  [[nodiscard]] std::vector<Found> blocks_from(std::size_t table, const std::string& id, int most);
  [[nodiscard]] std::vector<Found> blocks_of(const Segment& segment);
  void remove(std::size_t table, const Found& block);
  void drop_sparse_segments();
  void add_gap(std::size_t table, KeyRange range);
  void fill_gap(std::size_t table, const KeyRange& range);
  [[nodiscard]] bool is_in_gap(std::size_t table, const std::string& id) const;

  [[nodiscard]] std::optional<std::vector<KeyRange>> candidates(const Search& search);
  [[nodiscard]] Blocks blocks_with(const Hashes& hashes, std::int64_t segment);
  [[nodiscard]] Blocks blocks_with(std::uint32_t hash, std::int64_t segment);
  void add_changed(const Changes& changes, std::size_t table, std::vector<KeyRange>& ranges);
  SQLite::Statement& prepared(const std::string& sql);

  const std::string store_;
  const std::string path_;
  const StoreIdentity identity_;

  std::mutex mutex_;
  storage::FileId file_;
  std::unique_ptr<SQLite::Database> database_;
  std::map<std::string, SQLite::Statement> statements_;
  std::int64_t seq_ = 0;
  std::vector<Segment> segments_;
  // By their ends: where each begins.
  std::array<std::map<std::string, std::string>, tables::kTableCount> gaps_;
  std::array<std::optional<std::uint64_t>, tables::kTableCount> unindexed_;
  std::size_t next_checked_ = 0;  // of segments_
  std::uint64_t searches_ = 0;
};

}  // namespace edo::search
