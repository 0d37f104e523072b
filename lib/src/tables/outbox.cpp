#include "tables/outbox.hpp"

#include <algorithm>
#include <functional>
#include <string_view>
#include <unordered_map>

#include "storage/reserve.hpp"

namespace edo::tables {
namespace {

constexpr const char* kPending = " FROM outbox WHERE entity <> 'watermark'";

// How many of the oldest lines to look at for one whose row still exists.
constexpr int kOldestLines = 1000;

// The most lines behind those that are forgotten at once: they are written again.
constexpr std::int64_t kKeptAtOnce = 1000;

// Rows have ids of 36 characters, so a line with a longer one names none.
constexpr std::size_t kLongestId = 144;  // bytes
constexpr const char* kMayNameARow = " AND octet_length(row) <= 144";

// Far more than there will ever be; sums of such numbers do not overflow.
constexpr std::int64_t kLargestSeq = 1'000'000'000'000'000;

}  // namespace

std::int64_t Outbox::watermark() {
  try {
    SQLite::Statement first(database_.handle(),
                            "SELECT seq, entity = 'watermark' FROM outbox ORDER BY seq LIMIT 1");
    if (first.executeStep() && first.getColumn(1).getInt() == 1) {
      return possible(first.getColumn(0).getInt64());
    }
  } catch (const SQLite::Exception& failure) {
    throw database_.error("read", failure);
  }
  throw Error(ErrorKind::corrupt, "read", database_.path(),
              "the outbox does not begin with its watermark, so it is "
              "unknown what was shipped; restore the store from a copy");
}

std::int64_t Outbox::newest() {
  return possible(database_.integer("SELECT max(seq) FROM outbox").value_or(0));
}

TrimmedChanges Outbox::trimmed() {
  const std::int64_t seq = watermark();
  return {
      database_
          .text("SELECT iif(octet_length(row) <= 4096, row, '') FROM outbox ORDER BY seq LIMIT 1")
          .value_or(""),
      seq};
}

LeastIds Outbox::least_ids(std::int64_t after, std::int64_t until) {
  std::string columns;
  for (const auto& table : tables()) {
    columns += columns.empty() ? "" : ", ";
    columns += "min(iif(entity = '" + std::string(table.name) + "', row, NULL))";
  }
  SQLite::Statement query(database_.handle(),
                          "SELECT " + columns + " FROM outbox WHERE seq > ? AND seq <= ?");
  query.bind(1, after);
  query.bind(2, until);
  LeastIds least;
  if (!query.executeStep()) return least;
  for (std::size_t i = 0; i < kTableCount; ++i) {
    const auto column = query.getColumn(static_cast<int>(i));
    if (!column.isNull()) least[i] = column.getString();
  }
  return least;
}

std::int64_t Outbox::possible(std::int64_t seq) const {
  if (seq >= 0 && seq <= kLargestSeq) return seq;
  throw Error(ErrorKind::corrupt, "read", database_.path(),
              "its outbox has the sequence number " + std::to_string(seq) +
                  ", which no recorder can create; restore the store from a copy");
}

std::int64_t Outbox::pending_lines() {
  return database_.integer(std::string("SELECT count(*)") + kPending).value_or(0);
}

std::int64_t Outbox::pending_rows() {
  return database_
      .integer(std::string("SELECT count(*) FROM (SELECT DISTINCT entity, row") + kPending + ")")
      .value_or(0);
}

std::optional<base::Micros> Outbox::oldest_change() {
  const std::int64_t after = watermark();
  const Slice oldest = slice(after, newest(), kOldestLines);
  try {
    for (const auto& row : oldest.rows) {
      const Table& table = tables()[row.table];
      const bool changes =
          std::any_of(table.columns.begin(), table.columns.end(),
                      [](const Column& column) { return column.name == "updated_at"; });
      const bool once = row.first_seq == row.last_seq;
      SQLite::Statement query(database_.handle(),
                              std::string("SELECT ") +
                                  (changes && once ? "updated_at" : "created_at") + " FROM " +
                                  std::string(table.name) + " WHERE id = ?");
      query.bindNoCopy(1, row.id);
      if (query.executeStep()) return base::parse_timestamp(query.getColumn(0).getText());
    }
  } catch (const SQLite::Exception& failure) {
    throw database_.error("read", failure);
  }
  return std::nullopt;
}

Slice Outbox::slice(std::int64_t after, std::int64_t until, std::int64_t lines) {
  Slice slice;
  slice.last_seq = after;
  // By the hash of the id; where two ids share one, or two tables an id, that costs another look.
  std::unordered_multimap<std::size_t, std::size_t> known;
  try {
    // The watermark may have been moved into the slice by another process.
    SQLite::Statement query(
        database_.handle(),
        "SELECT seq, entity, row FROM outbox"
        " WHERE seq > ? AND seq <= ? AND entity <> 'watermark' ORDER BY seq LIMIT ?");
    query.bind(1, after);
    query.bind(2, until);
    query.bind(3, lines);
    while (query.executeStep()) {
      const std::int64_t seq = query.getColumn(0).getInt64();
      slice.last_seq = seq;
      const std::size_t table = table_index(query.getColumn(1).getText());
      if (table == kTableCount) continue;
      const std::string_view id = query.getColumn(2).getText();
      if (id.size() > kLongestId) continue;
      const std::size_t hash = std::hash<std::string_view>{}(id);
      const auto names = [&](const TouchedRow& row) { return row.table == table && row.id == id; };
      auto [found, end] = known.equal_range(hash);
      while (found != end && !names(slice.rows[found->second])) ++found;
      if (found != end) {
        slice.rows[found->second].last_seq = seq;
        continue;
      }
      known.emplace(hash, slice.rows.size());
      slice.rows.push_back({table, std::string(id), seq, seq});
    }
  } catch (const SQLite::Exception& failure) {
    throw database_.error("read", failure);
  }
  return slice;
}

std::int64_t Outbox::trim(std::int64_t acknowledged, std::int64_t at_most) {
  return storage::with_headroom(database_.path(), [&] { return trim_now(acknowledged, at_most); });
}

Outbox::Span Outbox::next_to_trim(std::int64_t acknowledged, std::int64_t at_most) {
  const std::int64_t from = watermark();
  if (from >= acknowledged) return {from, from};
  const std::int64_t last = newest();
  if (acknowledged > last) {
    throw Error(ErrorKind::corrupt, "trim", database_.path(),
                "the outbox ends before its watermark; check whether an "
                "older copy replaced the file");
  }
  const bool at_once = last - from <= kForgottenAtOnce && last - acknowledged <= kKeptAtOnce;
  return {from, at_once ? acknowledged : from + std::min(acknowledged - from, at_most), at_once};
}

std::int64_t Outbox::trim_now(std::int64_t acknowledged, std::int64_t at_most) {
  const Span span = next_to_trim(acknowledged, at_most);
  if (span.until == span.from) return span.from;
  try {
    // Before the transaction, in which hosts would wait until each entry has been read.
    const LeastIds least = least_ids(span.from, span.until);
    storage::WriteTransaction transaction(database_);
    const std::int64_t now = watermark();
    if (now >= span.until) return now;
    TrimmedChanges changes = trimmed();
    changes.add(span.until, least);
    // The trigger that keeps people from deleting the watermark makes SQLite visit every line that
    // is deleted twice, which doubles the cost. These leave the watermark alone by themselves.
    const storage::Triggers off(database_.handle().getHandle(), false);
    span.at_once ? replace_all(span.until, changes.text())
                 : remove_until(span.until, changes.text());
    transaction.commit();
  } catch (const SQLite::Exception& failure) {
    throw database_.error("trim the outbox of", failure);
  }
  return span.until;
}

void Outbox::remove_until(std::int64_t watermark, const std::string& changes) {
  auto& database = database_.handle();
  SQLite::Statement remove(database, "DELETE FROM outbox WHERE seq <= ? AND entity <> 'watermark'");
  remove.bind(1, watermark);
  (void)remove.exec();
  SQLite::Statement move(database,
                         "UPDATE outbox SET seq = ?, row = ? WHERE entity = 'watermark'"
                         " AND seq = (SELECT min(seq) FROM outbox)");
  move.bind(1, watermark);
  move.bindNoCopy(2, changes);
  (void)move.exec();
}

// Without a condition SQLite gives pages back as they are, instead of taking the lines out of them
// one by one and writing the emptied pages to the log.
void Outbox::replace_all(std::int64_t watermark, const std::string& changes) {
  struct Line {
    std::int64_t seq;
    std::string entity;
    std::string row;
  };
  std::vector<Line> lines{{watermark, "watermark", changes}};
  auto& database = database_.handle();
  SQLite::Statement kept(database, std::string("SELECT seq, entity, row FROM outbox"
                                               " WHERE seq > ? AND entity <> 'watermark'") +
                                       kMayNameARow);
  kept.bind(1, watermark);
  while (kept.executeStep()) {
    lines.push_back({kept.getColumn(0), kept.getColumn(1), kept.getColumn(2)});
  }
  kept.reset();
  (void)database.exec("DELETE FROM outbox");
  SQLite::Statement insert(database, "INSERT INTO outbox (seq, entity, row) VALUES (?, ?, ?)");
  for (const auto& line : lines) {
    insert.bind(1, line.seq);
    insert.bindNoCopy(2, line.entity);
    insert.bindNoCopy(3, line.row);
    (void)insert.exec();
    insert.reset();
  }
}

std::int64_t Outbox::lift(std::int64_t watermark) {
  storage::WriteTransaction transaction(database_);
  const std::int64_t from = this->watermark();
  if (watermark <= from) return 0;
  try {
    const storage::Triggers off(database_.handle().getHandle(), false);
    // By way of numbers that no line has, since those that it gets may be others'.
    SQLite::Statement move(database_.handle(), "UPDATE outbox SET seq = -(seq + ?)");
    move.bind(1, watermark - from);
    const int lines = move.exec();
    (void)database_.handle().exec("UPDATE outbox SET seq = -seq");
    // What is known about earlier changes names numbers that are no longer theirs.
    (void)database_.handle().exec("UPDATE outbox SET row = '' WHERE entity = 'watermark'");
    transaction.commit();
    return lines - 1;
  } catch (const SQLite::Exception& failure) {
    throw database_.error("renumber the outbox of", failure);
  }
}

std::uint64_t Outbox::forget_deleted(std::int64_t after, std::int64_t until) {
  return storage::with_headroom(database_.path(), [&] { return forget_now(after, until); });
}

std::uint64_t Outbox::forget_now(std::int64_t after, std::int64_t until) {
  std::string is_gone = "CASE entity";
  for (const auto& table : tables()) {
    const std::string name(table.name);
    is_gone += " WHEN '" + name + "' THEN NOT EXISTS (SELECT 1 FROM " + name + " WHERE id = row)";
  }
  is_gone += " END";
  storage::WriteTransaction transaction(database_);
  try {
    SQLite::Statement forget(database_.handle(),
                             "DELETE FROM outbox WHERE seq > ? AND seq <= ?"
                             " AND seq < (SELECT max(seq) FROM outbox) AND " +
                                 is_gone);
    forget.bind(1, after);
    forget.bind(2, until);
    const int forgotten = forget.exec();
    transaction.commit();
    return static_cast<std::uint64_t>(forgotten);
  } catch (const SQLite::Exception& failure) {
    throw database_.error("trim the outbox of", failure);
  }
}

}  // namespace edo::tables
