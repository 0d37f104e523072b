#include "replicator/apply/apply.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>
#include <limits>
#include <numeric>
#include <optional>
#include <unordered_map>
#include <vector>

#include "replicator/apply/statements.hpp"
#include "replicator/postgres/copy.hpp"
#include "replicator/postgres/migrations.hpp"

namespace edo::apply {
namespace {

using batch::Batch;
using batch::Rows;
using postgres::Parameters;

constexpr std::size_t kCopyChunk = std::size_t{256} << 10;
constexpr std::size_t kUuidTextSize = 36;
constexpr std::string_view kUniqueViolation = "23505";

struct UuidHash {
  // The last bytes are random in every version that is made today.
  std::size_t operator()(const base::Uuid& id) const noexcept {
    std::size_t hash = 0;
    std::memcpy(&hash, id.data() + id.size() - sizeof hash, sizeof hash);
    return hash;
  }
};

std::int64_t big_endian(std::string_view bytes) {
  std::uint64_t value = 0;
  for (const char c : bytes) value = (value << 8) | static_cast<unsigned char>(c);
  return static_cast<std::int64_t>(value);
}

// What follows `name` in text like "COPY staging, line 17, column data: …".
std::string_view after(std::string_view text, std::string_view name) {
  const auto found = text.find(name);
  return found == std::string_view::npos ? std::string_view{} : text.substr(found + name.size());
}

// The same refusal, but naming the row.
Error naming_row(const postgres::Failure& failure, std::size_t table, const std::string& id,
                 std::string_view column) {
  std::string message = failure.what();
  message += "; the row is " + std::string(tables::tables()[table].name) + " " + id;
  if (!column.empty()) message += ", column " + std::string(column);
  return {ErrorKind::refused, message + "; correct or delete it in the store, then run again"};
}

// COPY says at which line it stopped, and lines are rows in the order in which they were sent.
[[noreturn]] void rethrow_copy(const postgres::Failure& failure, const Rows& rows,
                               std::size_t table, const std::vector<std::size_t>& which) {
  // Other contexts come before it, such as "JSON data, line 1: …".
  const auto place = after(after(failure.context(), "COPY "), ", line ");
  std::size_t line = 0;
  (void)std::from_chars(place.data(), place.data() + place.size(), line);
  if (failure.kind() != ErrorKind::refused || line == 0 || line > which.size()) throw failure;
  auto column = after(place, ", column ");
  column = column.substr(0, column.find_first_of(":,\n"));
  throw naming_row(failure, table, base::to_string(rows.id(which[line - 1])), column);
}

std::string merging(std::size_t table) {
  return "merge " + std::string(tables::tables()[table].name) + " at";
}

// The index of created_at among the fields of a table.
std::size_t created_at(std::size_t table) {
  static const auto kIndexes = [] {
    std::array<std::size_t, tables::kTableCount> indexes{};
    for (std::size_t i = 0; i < tables::kTableCount; ++i) {
      const auto fields = batch::fields(i);
      while (fields[indexes[i]].name != "created_at") ++indexes[i];
    }
    return indexes;
  }();
  return kIndexes[table];
}

void copy_rows(postgres::Connection& connection, const std::string& sql, const Batch& batch,
               std::size_t table, const std::vector<std::size_t>& which) {
  std::size_t next = 0;
  bool begun = false;
  const std::string operation = "send " + std::string(tables::tables()[table].name) + " to";
  connection.copy_in(operation, sql, [&](std::string& out) {
    if (!begun) postgres::copy::begin(out);
    begun = true;
    while (next < which.size() && out.size() < kCopyChunk) {
      append_row(out, batch, table, which[next++]);
    }
    if (next < which.size()) return true;
    postgres::copy::end(out);
    return false;
  });
}

}  // namespace

// Which rows of each table go which way.
struct Applier::Plan {
  using Numbers = std::array<std::vector<std::size_t>, tables::kTableCount>;
  Numbers fresh;   // the centre does not have them: straight into the table
  Numbers merged;  // upserted, where the newest version wins

  [[nodiscard]] static Plan all_merged(const Batch& batch) {
    Plan plan;
    for (std::size_t table = 0; table < tables::kTableCount; ++table) {
      plan.merged[table].resize(batch.tables[table].size());
      std::iota(plan.merged[table].begin(), plan.merged[table].end(), std::size_t{0});
    }
    return plan;
  }
};

Applier::Applier(postgres::Connection& connection, std::string_view via)
    : connection_(connection), via_(via) {
  postgres::prefer_key_lookups(connection_);
}

Applied Applier::apply(const Batch& batch) {
  try {
    return carry_out(batch, true);
  } catch (const postgres::Failure& failure) {
    // A row was not new after all: another applier inserted it after we had looked, we had guessed
    // wrong, or the batch names it twice. The upsert can cope with all of these.
    if (failure.sqlstate() != kUniqueViolation) throw;
    guesses_ = false;
  }
  return carry_out(batch, false);
}

bool Applier::looks_new(const Batch& batch, std::size_t table, std::size_t row) const {
  return guesses_ && batch.tables[table].columns[created_at(table)].number(row) > youngest_[table];
}

void Applier::learn(const Batch& batch, const Plan& plan) {
  const bool same_store = batch.store_id == store_id_;
  guesses_ = true;
  for (std::size_t table = 0; table < tables::kTableCount; ++table) {
    const auto& column = batch.tables[table].columns[created_at(table)];
    std::int64_t youngest =
        same_store ? youngest_[table] : std::numeric_limits<std::int64_t>::min();
    // A row that was there already although it is younger than any applied here came by another
    // way, and more of its kind may follow.
    std::size_t younger = 0;
    for (std::size_t row = 0; row < column.size(); ++row) {
      if (column.number(row) > youngest) ++younger;
    }
    if (younger > plan.fresh[table].size()) guesses_ = false;
    for (std::size_t row = 0; row < column.size(); ++row) {
      youngest = std::max(youngest, column.number(row));
    }
    youngest_[table] = youngest;
  }
  store_id_ = batch.store_id;
}

Applier::Plan Applier::plan(const Batch& batch) {
  using Known = std::unordered_map<base::Uuid, std::int64_t, UuidHash>;
  Parameters ids;
  for (const auto& rows : batch.tables) {
    const auto table = static_cast<std::size_t>(&rows - batch.tables.data());
    std::vector<base::Uuid> wanted;
    for (std::size_t row = 0; row < rows.size(); ++row) {
      if (!looks_new(batch, table, row)) wanted.push_back(rows.id(row));
    }
    ids.binary(postgres::kUuidArrayOid, postgres::uuid_array(wanted));
  }
  static const std::string kSql = known_versions();
  const auto result = connection_.run("look for known rows at", kSql, ids, true);
  std::array<Known, tables::kTableCount> known;
  for (int i = 0; i < result.rows(); ++i) {
    const auto table = static_cast<std::size_t>(big_endian(result.value(i, 0)));
    base::Uuid id{};
    const auto bytes = result.value(i, 1);
    std::memcpy(id.data(), bytes.data(), std::min(bytes.size(), id.size()));
    known.at(table).emplace(id, big_endian(result.value(i, 2)));
  }
  Plan plan;
  for (std::size_t table = 0; table < tables::kTableCount; ++table) {
    const Rows& rows = batch.tables[table];
    for (std::size_t row = 0; row < rows.size(); ++row) {
      const auto found =
          known[table].empty() ? known[table].end() : known[table].find(rows.id(row));
      if (found == known[table].end()) {
        plan.fresh[table].push_back(row);
      } else if (found->second < rows.versions[row]) {
        plan.merged[table].push_back(row);
      }
    }
  }
  return plan;
}

Applied Applier::carry_out(const Batch& batch, bool look_first) {
  if (batch.store_id != store_id_) guesses_ = false;
  postgres::Transaction transaction(connection_);
  const Plan todo = look_first ? plan(batch) : Plan::all_merged(batch);
  Applied applied;
  for (std::size_t table = 0; table < tables::kTableCount; ++table) {
    insert_new(batch, table, todo.fresh[table]);
    applied.inserted += todo.fresh[table].size();
    applied.updated += merge(batch, table, todo.merged[table]);
  }
  applied.unchanged = batch.rows() - applied.inserted - applied.updated;
  record(batch);
  transaction.commit();
  learn(batch, todo);
  return applied;
}

void Applier::insert_new(const Batch& batch, std::size_t table,
                         const std::vector<std::size_t>& which) {
  if (which.empty()) return;
  try {
    copy_rows(connection_, copy_into_table(table), batch, table, which);
  } catch (const postgres::Failure& failure) {
    if (failure.sqlstate() == kUniqueViolation) throw;
    rethrow_copy(failure, batch.tables[table], table, which);
  }
}

std::size_t Applier::merge(const Batch& batch, std::size_t table,
                           const std::vector<std::size_t>& which) {
  if (which.empty()) return 0;
  try {
    return connection_
        .run(merging(table), apply::merge(table), merge_parameters(batch, table, which))
        .affected();
  } catch (const postgres::Failure& failure) {
    if (failure.kind() != ErrorKind::refused) throw;
    name_refused(batch, table, which, failure);
  }
}

void Applier::name_refused(const Batch& batch, std::size_t table,
                           const std::vector<std::size_t>& which,
                           const postgres::Failure& failure) {
  // A violated constraint is told with the row's values, of which the id is the first.
  const auto values = after(failure.detail(), "row contains (");
  if (const auto id = base::parse_uuid(values.substr(0, kUuidTextSize))) {
    throw naming_row(failure, table, base::to_string(*id), {});
  }
  // Everything else is told without the row, so each is tried alone.
  connection_.roll_back();
  for (const std::size_t row : which) {
    const postgres::Transaction trial(connection_);
    try {
      (void)connection_.run(merging(table), apply::merge(table),
                            merge_parameters(batch, table, {row}));
    } catch (const postgres::Failure& alone) {
      if (alone.kind() != ErrorKind::refused) throw;
      throw naming_row(alone, table, base::to_string(batch.tables[table].id(row)), {});
    }
  }
  throw failure;
}

void Applier::record(const Batch& batch) {
  const std::string store = base::to_string(batch.store_id);
  (void)connection_.run("write the ledger of", record_batch(),
                        Parameters()
                            .text(store)
                            .integer(batch.first_seq)
                            .integer(batch.last_seq)
                            .integer(static_cast<std::int64_t>(batch.rows()))
                            .integer(static_cast<std::int64_t>(batch.bytes()))
                            .text(via_));
  // Last, because every applier of this store waits here for the one before it.
  (void)connection_.run("write the ledger of", record_store(),
                        Parameters()
                            .text(store)
                            .text(batch.host_label)
                            .integer(batch.schema_version)
                            .integer(batch.last_seq));
}

}  // namespace edo::apply
