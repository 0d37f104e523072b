#include "tools/server/search/index.hpp"

#include <fcntl.h>
#include <sqlite3.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <utility>

#include "storage/side_files.hpp"
#include "storage/store.hpp"
#include "tools/server/search/folding.hpp"

namespace edo::search {
namespace {

constexpr std::string_view kSuffix = "-search";
constexpr std::int64_t kApplicationId = 0x65646f73;  // "edos"
// Of what is in the file, and of the columns, the hashes and the signatures that it is made of.
constexpr std::int64_t kVersion = 1;

// The bits of one hash, and as many of them as fit into a page of 4 kB.
constexpr std::size_t kSliceBytes = kBlocksOfSegment / 8;
constexpr std::size_t kSlicesOfPage = 252;
constexpr std::int64_t kPagesOfEach = (kHashes + kSlicesOfPage - 1) / kSlicesOfPage;
constexpr auto kBlocksOfEach = static_cast<std::int64_t>(kBlocksOfSegment);

// A segment with fewer blocks is read again, so that removed ones do not keep their space.
constexpr std::size_t kFewestBlocks = kBlocksOfSegment / 4;

// About as many rows as a block has.
constexpr std::size_t kRowsOfBlock = 200;

// Rows and changes that every search may read besides, in about a tenth of a second.
constexpr std::uint64_t kMostUnindexed = 200'000;
constexpr std::int64_t kMostChanges = 50'000;
// Ranges are part of the statement's parameters.
constexpr std::size_t kMostRanges = 4000;

constexpr const char* kTables =
    "CREATE TABLE state (only_row INTEGER PRIMARY KEY CHECK (only_row = 1), store_id TEXT NOT NULL,"
    " device INTEGER NOT NULL, inode INTEGER NOT NULL, folding TEXT NOT NULL, seq INTEGER NOT NULL,"
    " newest TEXT NOT NULL) STRICT;"
    "CREATE TABLE segments (id INTEGER PRIMARY KEY, source TEXT NOT NULL) STRICT;"
    "CREATE TABLE blocks (id INTEGER PRIMARY KEY, source TEXT NOT NULL, after_id TEXT NOT NULL,"
    " until_id TEXT NOT NULL, from_time TEXT NOT NULL, until_time TEXT NOT NULL,"
    " digest INTEGER NOT NULL) STRICT;"
    "CREATE UNIQUE INDEX blocks_by_end ON blocks (source, until_id);"
    "CREATE TABLE slices (id INTEGER PRIMARY KEY, bits BLOB NOT NULL, digest INTEGER NOT NULL)"
    " STRICT;";
constexpr const char* kBlock =
    "SELECT id, after_id, until_id, from_time, until_time, digest FROM blocks WHERE ";

std::string name_of(std::size_t table) { return std::string(tables::tables()[table].name); }

// Of created_at. Other tables are read as a whole.
bool has_index_by_time(std::size_t table) {
  return name_of(table) == "invocations" || name_of(table) == "job_executions";
}

// The bits of each hash, block by block, a page of them after the other.
std::vector<std::string> pages_of(const std::vector<Block>& blocks) {
  std::vector<std::string> pages;
  for (std::size_t first = 0; first < kHashes; first += kSlicesOfPage) {
    const std::size_t count = std::min(kSlicesOfPage, kHashes - first);
    std::string& page = pages.emplace_back(count * kSliceBytes, '\0');
    for (std::size_t hash = 0; hash < count; ++hash) {
      for (std::size_t block = 0; block < blocks.size(); ++block) {
        if (!blocks[block].signature.has(first + hash)) continue;
        char& byte = page[hash * kSliceBytes + block / 8];
        byte = static_cast<char>(byte | 1 << (block % 8));
      }
    }
  }
  return pages;
}

// Not against people: it finds bytes that a disk has changed.
std::int64_t digest_of(std::string_view bytes, std::uint64_t seed) {
  std::uint64_t digest = seed + bytes.size();
  while (!bytes.empty()) {
    std::uint64_t word = 0;
    const std::size_t count = std::min(bytes.size(), sizeof word);
    std::memcpy(&word, bytes.data(), count);
    bytes.remove_prefix(count);
    digest = (digest ^ word) * 0x9E3779B97F4A7C15U;
    digest ^= digest >> 32;
  }
  return static_cast<std::int64_t>(digest);
}

void merge(std::vector<KeyRange>& ranges) {
  std::sort(ranges.begin(), ranges.end(),
            [](const KeyRange& a, const KeyRange& b) { return a.after < b.after; });
  std::size_t last = 0;
  for (std::size_t i = 1; i < ranges.size(); ++i) {
    if (ranges[i].after <= ranges[last].until) {
      ranges[last].until = std::max(ranges[last].until, ranges[i].until);
    } else {
      ranges[++last] = ranges[i];
    }
  }
  if (!ranges.empty()) ranges.resize(last + 1);
}

// Whether the store has these rows. An older copy that was written over the store has not.
bool has_rows(storage::Database& store, const std::string& newest) {
  const auto ids = nlohmann::json::parse(newest).get<NewestRows>();
  for (std::size_t table = 0; table < ids.size(); ++table) {
    if (ids[table].empty()) continue;
    SQLite::Statement find(store.handle(), "SELECT 1 FROM " + name_of(table) + " WHERE id = ?");
    find.bindNoCopy(1, ids[table]);
    if (!find.executeStep()) return false;
  }
  return true;
}

std::string json_of(const std::vector<KeyRange>& ranges) {
  auto list = nlohmann::json::array();
  for (const auto& range : ranges) list.push_back({range.after, range.until});
  return list.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace

struct Index::Found {
  std::int64_t id = 0;
  KeyRange range;
  std::string from, until;  // of created_at

  [[nodiscard]] std::int64_t digest(std::size_t table) const {
    const std::string all =
        name_of(table) + "\n" + range.after + "\n" + range.until + "\n" + from + "\n" + until;
    return digest_of(all, static_cast<std::uint64_t>(id));
  }
};

struct Index::Hashes {
  Need::Kind kind = Need::Kind::anything;
  std::vector<Hashes> parts;
  std::vector<std::uint32_t> hashes;

  explicit Hashes(const Need& need) : kind(need.kind) {
    for (const auto& part : need.parts) parts.emplace_back(part);
    for (const auto& piece : need.pieces) {
      const auto found = hashes_of(piece);
      hashes.insert(hashes.end(), found.begin(), found.end());
    }
  }
};

// The blocks that the statement finds.
std::vector<Index::Found> Index::found_by(SQLite::Statement& query, std::size_t table) {
  std::vector<Found> found;
  while (query.executeStep()) {
    Found block{query.getColumn(0).getInt64(),
                {query.getColumn(1).getString(), query.getColumn(2).getString()},
                query.getColumn(3).getString(),
                query.getColumn(4).getString()};
    if (query.getColumn(5).getInt64() != block.digest(table)) {
      throw SQLite::Exception("a block is damaged", SQLITE_CORRUPT);
    }
    found.push_back(std::move(block));
  }
  return found;
}

StoreIdentity StoreIdentity::of(storage::Database& store) {
  return {storage::store_info(store).store_id, store.open_file().id()};
}

NewestRows newest_rows(storage::Database& store) {
  NewestRows newest;
  for (std::size_t table = 0; table < newest.size(); ++table) {
    newest[table] = store.text("SELECT max(id) FROM " + name_of(table)).value_or("");
  }
  return newest;
}

Index::Index(const std::string& path, storage::Database& store, bool anew)
    : store_(path), path_(storage::side_file(path, kSuffix)), identity_(StoreIdentity::of(store)) {
  try {
    if (!anew) open();
    if (!anew && load(store)) return;
  } catch (const SQLite::Exception& failure) {
    if (failure.getErrorCode() == SQLITE_BUSY) {
      throw Error(ErrorKind::busy, "open", path_, "another process keeps it");
    }
  }
  statements_.clear();
  database_.reset();
  try {
    seq_ = tables::Outbox(store).newest();
    create(newest_rows(store));
  } catch (const SQLite::Exception& failure) {
    throw IndexFailure("create", path_, failure.what());
  }
}

// The lock stays as long as the file is open.
void Index::open() {
  if (const auto fault = storage::not_ours(store_, kSuffix)) {
    throw Error(ErrorKind::denied, "open", path_, *fault + "; remove it");
  }
  const int file = storage::open_side_file(store_, kSuffix, O_RDWR | O_CREAT | O_CLOEXEC);
  if (file < 0) throw Error(ErrorKind::denied, "open", path_, std::strerror(errno));
  ::close(file);
  file_ = storage::FileId::at(path_);
  database_ = std::make_unique<SQLite::Database>(
      // Without links in the folder's path, which are not those that are meant.
      (std::filesystem::canonical(storage::folder_of(path_)) / storage::name_of(path_)).string(),
      SQLite::OPEN_READWRITE | SQLITE_OPEN_NOFOLLOW);
  database_->exec(
      "PRAGMA page_size = 4096; PRAGMA locking_mode = EXCLUSIVE; PRAGMA synchronous = FULL;"
      "PRAGMA temp_store = MEMORY; PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON;");
  database_->exec("BEGIN EXCLUSIVE; COMMIT");
}

void Index::create(const NewestRows& newest) {
  for (const std::string_view suffix : {"-search", "-search-journal"}) {
    ::unlink(storage::side_file(store_, suffix).c_str());
  }
  open();
  database_->exec("BEGIN");
  database_->exec(kTables);
  database_->exec("PRAGMA application_id = " + std::to_string(kApplicationId) +
                  "; PRAGMA user_version = " + std::to_string(kVersion));
  auto& state = prepared("INSERT INTO state VALUES (1, ?, ?, ?, ?, ?, ?)");
  storage::Use insert(state);
  insert->bind(1, identity_.store_id);
  insert->bind(2, static_cast<std::int64_t>(identity_.file.device));
  insert->bind(3, static_cast<std::int64_t>(identity_.file.inode));
  insert->bind(4, folding_version());
  insert->bind(5, seq_);
  insert->bind(6, nlohmann::json(newest).dump());
  (void)insert->exec();
  database_->exec("COMMIT");
  segments_.clear();
  unindexed_ = {};
  for (auto& gaps : gaps_) gaps = {{kNoEnd, ""}};
}

// False if the file is about another store, or is not ours.
bool Index::load(storage::Database& store) {
  if (database_->execAndGet("PRAGMA integrity_check(1)").getString() != "ok") return false;
  const auto integer = [&](const char* sql) { return database_->execAndGet(sql).getInt64(); };
  if (integer("PRAGMA application_id") != kApplicationId ||
      integer("PRAGMA user_version") != kVersion) {
    return false;
  }
  SQLite::Statement state(*database_,
                          "SELECT store_id, device, inode, folding, seq, newest FROM state");
  if (!state.executeStep() || state.getColumn(0).getString() != identity_.store_id ||
      state.getColumn(1).getInt64() != static_cast<std::int64_t>(identity_.file.device) ||
      state.getColumn(2).getInt64() != static_cast<std::int64_t>(identity_.file.inode) ||
      state.getColumn(3).getString() != folding_version() ||
      !has_rows(store, state.getColumn(5).getString())) {
    return false;
  }
  seq_ = state.getColumn(4).getInt64();
  state.reset();
  load_segments();
  load_gaps();
  return true;
}

void Index::load_segments() {
  segments_.clear();
  SQLite::Statement query(
      *database_,
      "SELECT s.id, s.source, min(b.from_time), max(b.until_time), count(b.id) FROM segments s"
      " LEFT JOIN blocks b ON b.id >= s.id * ?1 AND b.id < (s.id + 1) * ?1 GROUP BY s.id");
  query.bind(1, kBlocksOfEach);
  while (query.executeStep()) {
    segments_.push_back({query.getColumn(0).getInt64(),
                         tables::table_index(query.getColumn(1).getText()),
                         query.getColumn(2).getString(), query.getColumn(3).getString(),
                         static_cast<std::size_t>(query.getColumn(4).getInt64())});
  }
}

void Index::load_gaps() {
  for (std::size_t table = 0; table < tables::kTableCount; ++table) {
    auto& gaps = gaps_[table];
    gaps.clear();
    std::string end;
    SQLite::Statement query(*database_, std::string(kBlock) + "source = ? ORDER BY until_id");
    query.bind(1, name_of(table));
    for (const auto& block : found_by(query, table)) {
      if (block.range.after > end) gaps.emplace(block.range.after, end);
      end = block.range.until;
    }
    gaps.emplace(kNoEnd, end);
  }
}

SQLite::Statement& Index::prepared(const std::string& sql) {
  const auto found = statements_.find(sql);
  if (found != statements_.end()) return found->second;
  return statements_
      .emplace(std::piecewise_construct, std::forward_as_tuple(sql),
               std::forward_as_tuple(*database_, sql))
      .first->second;
}

std::int64_t Index::seq() {
  const std::lock_guard lock(mutex_);
  return seq_;
}

std::vector<KeyRange> Index::gaps(std::size_t table) {
  const std::lock_guard lock(mutex_);
  std::vector<KeyRange> gaps;
  for (const auto& [until, after] : gaps_[table]) gaps.push_back({after, until});
  return gaps;
}

std::uint64_t Index::blocks() {
  const std::lock_guard lock(mutex_);
  std::uint64_t blocks = 0;
  for (const auto& segment : segments_) blocks += segment.blocks;
  return blocks;
}

std::uint64_t Index::searches() {
  const std::lock_guard lock(mutex_);
  return searches_;
}

std::uint64_t Index::bytes() {
  struct stat file {};
  return stat(path_.c_str(), &file) == 0 ? static_cast<std::uint64_t>(file.st_size) : 0;
}

std::optional<std::uint64_t> Index::unindexed(std::size_t table) {
  const std::lock_guard lock(mutex_);
  return unindexed_[table];
}

void Index::set_unindexed(std::size_t table, std::uint64_t rows) {
  const std::lock_guard lock(mutex_);
  unindexed_[table] = rows;
}

bool Index::is_in_gap(std::size_t table, const std::string& id) const {
  const auto gap = gaps_[table].lower_bound(id);
  return gap != gaps_[table].end() && gap->second < id;
}

void Index::add_gap(std::size_t table, KeyRange range) {
  auto& gaps = gaps_[table];
  if (const auto before = gaps.find(range.after); before != gaps.end()) {
    range.after = before->second;
    gaps.erase(before);
  }
  const auto next = gaps.lower_bound(range.until);
  if (next != gaps.end() && next->second == range.until) {
    next->second = range.after;
  } else {
    gaps.emplace(std::move(range.until), std::move(range.after));
  }
}

void Index::fill_gap(std::size_t table, const KeyRange& range) {
  auto& gaps = gaps_[table];
  const auto gap = gaps.lower_bound(range.until);
  if (gap == gaps.end() || gap->second > range.after) {
    throw IndexFailure("write", path_, "a block is indexed already");
  }
  if (gap->second < range.after) gaps.emplace(range.after, gap->second);
  if (gap->first == range.until) {
    gaps.erase(gap);
  } else {
    gap->second = range.until;
  }
}

void Index::remove(std::size_t table, const Found& block) {
  storage::Use remove(prepared("DELETE FROM blocks WHERE id = ?"));
  remove->bind(1, block.id);
  (void)remove->exec();
  add_gap(table, block.range);
  if (unindexed_[table]) *unindexed_[table] += kRowsOfBlock;
  const auto of =
      std::lower_bound(segments_.begin(), segments_.end(), block.id / kBlocksOfEach,
                       [](const Segment& segment, std::int64_t id) { return segment.id < id; });
  if (of != segments_.end() && of->blocks > 0) --of->blocks;
}

std::vector<Index::Found> Index::blocks_from(std::size_t table, const std::string& id, int most) {
  storage::Use query(
      prepared(std::string(kBlock) + "source = ? AND until_id >= ? ORDER BY until_id LIMIT ?"));
  query->bind(1, name_of(table));
  query->bindNoCopy(2, id);
  query->bind(3, most);
  return found_by(*query, table);
}

std::vector<Index::Found> Index::blocks_of(const Segment& segment) {
  storage::Use query(prepared(std::string(kBlock) + "id >= ? AND id < ?"));
  query->bind(1, segment.id * kBlocksOfEach);
  query->bind(2, (segment.id + 1) * kBlocksOfEach);
  return found_by(*query, segment.table);
}

// Its blocks become gaps, and its space is free.
void Index::drop_sparse_segments() {
  for (auto segment = segments_.begin(); segment != segments_.end();) {
    if (segment->blocks >= kFewestBlocks) {
      ++segment;
      continue;
    }
    const std::int64_t id = segment->id;
    for (auto& block : blocks_of(*segment)) add_gap(segment->table, std::move(block.range));
    const auto remove_all = [&](const char* sql, std::int64_t from, std::int64_t until) {
      storage::Use remove(prepared(sql));
      remove->bind(1, from);
      remove->bind(2, until);
      (void)remove->exec();
    };
    remove_all("DELETE FROM blocks WHERE id >= ? AND id < ?", id * kBlocksOfEach,
               (id + 1) * kBlocksOfEach);
    remove_all("DELETE FROM slices WHERE id >= ? AND id < ?", id * kPagesOfEach,
               (id + 1) * kPagesOfEach);
    remove_all("DELETE FROM segments WHERE id >= ? AND id < ?", id, id + 1);
    segment = segments_.erase(segment);
  }
}

void Index::write_seq(std::int64_t seq, const NewestRows& newest) {
  storage::Use write(prepared("UPDATE state SET seq = ?, newest = ?"));
  write->bind(1, seq);
  write->bind(2, nlohmann::json(newest).dump());
  (void)write->exec();
}

void Index::apply(const Changes& changes, storage::Database& store) {
  const NewestRows newest = newest_rows(store);
  const std::lock_guard lock(mutex_);
  try {
    SQLite::Transaction transaction(*database_);
    for (std::size_t table = 0; table < tables::kTableCount; ++table) {
      if (!changes.least[table]) continue;
      for (const auto& block : blocks_from(table, *changes.least[table], -1)) remove(table, block);
    }
    for (const auto& row : changes.rows) {
      if (!is_in_gap(row.table, row.id)) {
        for (const auto& block : blocks_from(row.table, row.id, 1)) remove(row.table, block);
      }
      if (unindexed_[row.table]) ++*unindexed_[row.table];
    }
    drop_sparse_segments();
    write_seq(changes.until, newest);
    transaction.commit();
    seq_ = changes.until;
  } catch (const SQLite::Exception& failure) {
    throw IndexFailure("write", path_, failure.what());
  }
}

void Index::add(const Draft& draft) {
  const auto pages = pages_of(draft.blocks());
  const std::lock_guard lock(mutex_);
  try {
    SQLite::Transaction transaction(*database_);
    Segment segment;
    segment.id = segments_.empty() ? 0 : segments_.back().id + 1;
    segment.table = draft.table();
    segment.blocks = draft.blocks().size();
    segment.from = draft.blocks().front().from;
    {
      storage::Use insert(prepared("INSERT INTO segments VALUES (?, ?)"));
      insert->bind(1, segment.id);
      insert->bind(2, name_of(segment.table));
      (void)insert->exec();
    }
    std::int64_t id = segment.id * kBlocksOfEach;
    for (const auto& block : draft.blocks()) {
      segment.from = std::min(segment.from, block.from);
      segment.until = std::max(segment.until, block.until);
      const Found made{id++, block.range, block.from, block.until};
      storage::Use insert(prepared("INSERT INTO blocks VALUES (?, ?, ?, ?, ?, ?, ?)"));
      insert->bind(1, made.id);
      insert->bind(2, name_of(segment.table));
      insert->bindNoCopy(3, block.range.after);
      insert->bindNoCopy(4, block.range.until);
      insert->bindNoCopy(5, block.from);
      insert->bindNoCopy(6, block.until);
      insert->bind(7, made.digest(segment.table));
      (void)insert->exec();
    }
    id = segment.id * kPagesOfEach;
    for (const auto& page : pages) {
      storage::Use insert(prepared("INSERT INTO slices VALUES (?, ?, ?)"));
      insert->bind(1, id);
      insert->bindNoCopy(2, page.data(), static_cast<int>(page.size()));
      insert->bind(3, digest_of(page, static_cast<std::uint64_t>(id++)));
      (void)insert->exec();
    }
    transaction.commit();
    for (const auto& block : draft.blocks()) fill_gap(segment.table, block.range);
    segments_.push_back(std::move(segment));
  } catch (const SQLite::Exception& failure) {
    throw IndexFailure("write", path_, failure.what());
  }
}

void Index::drop_empty(storage::Database& store) {
  const std::lock_guard lock(mutex_);
  if (segments_.empty()) return;
  next_checked_ %= segments_.size();
  const Segment& segment = segments_[next_checked_++];
  const std::size_t table = segment.table;
  try {
    SQLite::Statement has_rows(
        store.handle(), "SELECT 1 FROM " + name_of(table) + " WHERE id > ? AND id <= ? LIMIT 1");
    auto empty = blocks_of(segment);
    std::erase_if(empty, [&](const Found& block) {
      storage::Use look(has_rows);
      look->bindNoCopy(1, block.range.after);
      look->bindNoCopy(2, block.range.until);
      return look->executeStep();
    });
    if (empty.empty()) return;
    SQLite::Transaction transaction(*database_);
    for (const auto& block : empty) remove(table, block);
    drop_sparse_segments();
    transaction.commit();
  } catch (const SQLite::Exception& failure) {
    throw IndexFailure("write", path_, failure.what());
  }
}

std::vector<std::optional<std::string>> Index::begin(std::span<const Search> searches,
                                                     storage::Database& store) {
  // What is indexed is fixed before the transaction begins, so it is not newer than the rows.
  const std::lock_guard lock(mutex_);
  store.execute("BEGIN");
  std::vector<std::optional<std::string>> answers(searches.size());
  const auto changes = changes_since(store, seq_, kMostChanges);
  const bool is_same_store = storage::store_info(store).store_id == identity_.store_id;
  if (!is_same_store || !changes || !changes->is_all) return answers;
  try {
    for (std::size_t i = 0; i < searches.size(); ++i) {
      auto ranges = candidates(searches[i]);
      if (!ranges) continue;
      add_changed(*changes, searches[i].table, *ranges);
      merge(*ranges);
      if (ranges->size() > kMostRanges) continue;
      answers[i] = json_of(*ranges);
      ++searches_;
    }
  } catch (const SQLite::Exception& failure) {
    throw IndexFailure("read", path_, failure.what());
  }
  return answers;
}

void Index::add_changed(const Changes& changes, std::size_t table, std::vector<KeyRange>& ranges) {
  for (const auto& row : changes.rows) {
    if (row.table != table || is_in_gap(table, row.id)) continue;
    for (auto& block : blocks_from(table, row.id, 1)) ranges.push_back(std::move(block.range));
  }
  if (!changes.least[table]) return;
  for (auto& block : blocks_from(table, *changes.least[table], -1)) {
    ranges.push_back(std::move(block.range));
  }
}

std::optional<std::vector<KeyRange>> Index::candidates(const Search& search) {
  const auto& unindexed = unindexed_[search.table];
  if (!unindexed || *unindexed > kMostUnindexed) return std::nullopt;
  const auto is_outside = [&](const std::string& from, const std::string& until) {
    return (!search.from.empty() && until < search.from) ||
           (!search.until.empty() && from > search.until);
  };
  const bool reads_by_time = has_index_by_time(search.table);
  std::vector<const Segment*> segments;
  std::size_t blocks = 0;  // that would be read otherwise
  for (const auto& segment : segments_) {
    if (segment.table != search.table) continue;
    const bool is_in_time = !is_outside(segment.from, segment.until);
    if (is_in_time || !reads_by_time) blocks += segment.blocks;
    if (is_in_time) segments.push_back(&segment);
  }
  std::size_t found = *unindexed / kRowsOfBlock;
  blocks += found;
  double most = static_cast<double>(blocks) / 2;
  if (search.enough && reads_by_time) {
    // If each candidate has a result, reading the newest rows would end after so many blocks.
    most = std::min(most, std::sqrt(static_cast<double>(*search.enough * blocks)));
  }
  const Hashes hashes(search.need);
  std::vector<KeyRange> ranges;
  for (const Segment* segment : segments) {
    const Blocks with = blocks_with(hashes, segment->id);
    for (std::size_t place = with._Find_first(); place < with.size();
         place = with._Find_next(place)) {
      storage::Use query(prepared(std::string(kBlock) + "id = ?"));
      query->bind(1, segment->id * kBlocksOfEach + static_cast<std::int64_t>(place));
      for (auto& block : found_by(*query, search.table)) {
        if (!is_outside(block.from, block.until)) ranges.push_back(std::move(block.range));
      }
    }
    if (static_cast<double>(found + ranges.size()) > most) return std::nullopt;
  }
  for (const auto& [until, after] : gaps_[search.table]) ranges.push_back({after, until});
  return ranges;
}

Index::Blocks Index::blocks_with(const Hashes& hashes, std::int64_t segment) {
  Blocks with;
  with.set();
  switch (hashes.kind) {
    case Need::Kind::anything:
      break;
    case Need::Kind::text:
      for (const auto hash : hashes.hashes) {
        with &= blocks_with(hash, segment);
        if (with.none()) break;
      }
      break;
    case Need::Kind::all:
      for (const auto& part : hashes.parts) {
        with &= blocks_with(part, segment);
        if (with.none()) break;
      }
      break;
    case Need::Kind::any:
      with.reset();
      for (const auto& part : hashes.parts) with |= blocks_with(part, segment);
      break;
  }
  return with;
}

Index::Blocks Index::blocks_with(std::uint32_t hash, std::int64_t segment) {
  const std::int64_t page = segment * kPagesOfEach + hash / kSlicesOfPage;
  storage::Use query(prepared("SELECT bits, digest FROM slices WHERE id = ?"));
  query->bind(1, page);
  Blocks with;
  if (!query->executeStep()) return with.set();
  const auto column = query->getColumn(0);
  const std::string_view bits(static_cast<const char*>(column.getBlob()),
                              static_cast<std::size_t>(column.getBytes()));
  if (query->getColumn(1).getInt64() != digest_of(bits, static_cast<std::uint64_t>(page))) {
    throw SQLite::Exception("a signature is damaged", SQLITE_CORRUPT);
  }
  const std::size_t at = hash % kSlicesOfPage * kSliceBytes;
  for (std::size_t place = 0; place < with.size(); ++place) {
    with[place] = (static_cast<unsigned char>(bits[at + place / 8]) >> (place % 8) & 1) != 0;
  }
  return with;
}

}  // namespace edo::search
