#include "tools/edo/follow.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <utility>

#include "storage/snapshot.hpp"
#include "storage/store.hpp"

namespace edo::cli {
namespace {

// New invocations in one poll, so that no poll takes long.
constexpr std::size_t kTogether = 200;
// For so long after its last change, an ended invocation may still get rows.
constexpr std::chrono::seconds kLinger{2};
// Rows are committed a moment after their timestamp.
constexpr base::Micros kCommitTime = 1'000'000;
constexpr std::string_view kEver = "9999";

std::string unfinished_sql() {
  std::string sql;
  for (const auto& listing : listings()) {
    if (listing.unfinished.empty()) continue;
    sql += fmt::format("{}SELECT i.rowid FROM {} WHERE {}", sql.empty() ? "" : " UNION ",
                       listing.from_unfinished, listing.unfinished);
  }
  return sql;
}

}  // namespace

Follower::Follower(std::string store, Options options)
    : store_(std::move(store)),
      options_(std::move(options)),
      polled_at_(base::Clock::system().now()) {
  open(options_.since);
}

void Follower::open(std::optional<base::Micros> since) {
  struct stat found {};
  const bool exists = stat(store_.c_str(), &found) == 0;
  database_.emplace(storage::open_store(store_, {.access = storage::Access::read_only}));
  version_.reset();
  trees_.clear();
  begin_at(since);
  // The file is known from here on; after a failure before, the next poll opens it again.
  device_ = exists ? found.st_dev : 0;
  inode_ = exists ? found.st_ino : 0;
}

// Another inode at the path is another store.
void Follower::reopen_if_replaced() {
  struct stat found {};
  if (stat(store_.c_str(), &found) == 0 && found.st_dev == device_ && found.st_ino == inode_) {
    return;
  }
  open(polled_at_ - kCommitTime);
}

// Earlier invocations are only remembered; later ones are shown.
void Follower::begin_at(std::optional<base::Micros> time) {
  const std::string start = time ? base::format_timestamp(*time) : std::string(kEver);
  try {
    const storage::Snapshot snapshot(*database_);
    last_rowid_ = database_->integer("SELECT max(rowid) FROM invocations").value_or(0);
    const Rowids since = rowids(
        "SELECT rowid FROM invocations WHERE created_at >= ? ORDER BY created_at, rowid", start);
    backlog_.assign(since.begin(), since.end());
    read(unfinished(), start, nullptr);
  } catch (const SQLite::Exception& failure) {
    throw database_->error("read", failure);
  }
}

bool Follower::poll(const Visit& visit) {
  reopen_if_replaced();
  const base::Micros now = base::Clock::system().now();
  const auto version = database_->integer("PRAGMA data_version");
  if (version == version_ && backlog_.empty()) {
    polled_at_ = now;
    return false;
  }
  // SQLite reuses the rowids of deleted last rows.
  if (database_->integer("SELECT max(rowid) FROM invocations").value_or(0) < last_rowid_) {
    begin_at(polled_at_ - kCommitTime);
  }
  bool more = false;
  try {
    more = read_changes(visit);
  } catch (const SQLite::Exception& failure) {
    throw database_->error("read", failure);
  }
  polled_at_ = now;
  version_ = more ? std::nullopt : version;
  return more;
}

bool Follower::read_changes(const Visit& visit) {
  const storage::Snapshot snapshot(*database_);
  const Rowids news = fresh();
  const Rowids open = unfinished();
  const bool more = news.size() == kTogether;
  const auto started = Steady::now();
  for (const auto rowid : news) trees_[rowid].changed_at = started;
  Rowids wanted = news;
  if (!more) {
    wanted.insert(wanted.end(), open.begin(), open.end());
    for (const auto& [rowid, tree] : trees_) wanted.push_back(rowid);
  }
  read(wanted, kEver, &visit);
  const auto is_open = [&](std::int64_t rowid) {
    return std::binary_search(open.begin(), open.end(), rowid);
  };
  if (more) {
    // Known invocations were not read this time, so they may have ended unseen.
    for (const auto rowid : news) {
      if (!is_open(rowid)) trees_.erase(rowid);
    }
  } else {
    std::erase_if(trees_, [&](const auto& each) {
      return started - each.second.changed_at >= kLinger && !is_open(each.first);
    });
  }
  return more;
}

Follower::Rowids Follower::rowids(const std::string& sql, const std::string& parameter) {
  SQLite::Statement query(database_->handle(), sql);
  if (!parameter.empty()) query.bind(1, parameter);
  Rowids result;
  while (query.executeStep()) result.push_back(query.getColumn(0).getInt64());
  return result;
}

// Sorted.
Follower::Rowids Follower::unfinished() {
  static const std::string kSql = unfinished_sql() + " ORDER BY 1";
  return rowids(kSql);
}

Follower::Rowids Follower::fresh() {
  if (!backlog_.empty()) {
    const auto end =
        backlog_.begin() + static_cast<std::ptrdiff_t>(std::min(backlog_.size(), kTogether));
    Rowids result(backlog_.begin(), end);
    backlog_.erase(backlog_.begin(), end);
    return result;
  }
  const Rowids result =
      rowids(fmt::format("SELECT rowid FROM invocations WHERE rowid > {} ORDER BY rowid LIMIT {}",
                         last_rowid_, kTogether));
  if (!result.empty()) last_rowid_ = result.back();
  return result;
}

// Remembers the statuses of these invocations' rows, and shows rows whose status changed.
void Follower::read(const Rowids& invocations, std::string_view started_before,
                    const Visit* visit) {
  const Listing& listing = options_.listing;
  SQLite::Statement query(
      database_->handle(),
      fmt::format(
          "SELECT i.rowid, {}.id, {}, {}, {} FROM {}"
          " WHERE i.rowid IN (SELECT value FROM json_each(:rowids))"
          " AND i.created_at < :before AND (:function = '' OR i.source_function = :function)",
          listing.alias, listing.status, listing.changed_at, options_.columns, listing.from));
  query.bind(":rowids", fmt::format("[{}]", fmt::join(invocations, ",")));
  query.bind(":before", std::string(started_before));
  query.bind(":function", options_.function);
  const auto now = Steady::now();
  while (query.executeStep()) {
    Tree& tree = trees_[query.getColumn(0).getInt64()];
    Change change{query.getColumn(1).getString(), query.getColumn(2).getString(),
                  query.getColumn(3).getString()};
    std::string& known = tree.statuses[change.id];
    if (known == change.status) continue;
    known = change.status;
    tree.changed_at = now;
    if (visit != nullptr) (*visit)(change, query, 4);
  }
}

}  // namespace edo::cli
