#include "replicator/apply/apply.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <limits>
#include <optional>
#include <span>
#include <tuple>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/text.hpp"
#include "replicator/batch/codec.hpp"
#include "replicator/postgres/copy.hpp"
#include "replicator/postgres/migrations.hpp"

namespace edo::apply {
namespace {

using batch::Batch;
using batch::Rows;
using postgres::Parameters;

constexpr std::size_t kCopyChunk = std::size_t{256} << 10;
// The size of one part of rows that are sent as parameters. Memory holds each part three times.
constexpr std::size_t kPartBytes = std::size_t{4} << 20;
// Messages of the server may have any length.
constexpr std::size_t kErrorSize = 1000;
constexpr std::size_t kLabelSize = 500;
// The limit for one batch, so that the search for bad rows takes a bounded number of statements.
constexpr std::size_t kMostSuspectRows = 1000;
constexpr std::string_view kUniqueViolation = "23505";

struct UuidHash {
  // The last bytes are random in every UUID version that is generated today.
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

base::Uuid uuid_of(std::string_view bytes) {
  base::Uuid id{};
  std::memcpy(id.data(), bytes.data(), std::min(bytes.size(), id.size()));
  return id;
}

std::string foreign_row(const Batch& batch, const base::Uuid& owner) {
  const std::string from = base::to_string(owner);
  return "the row belongs to store " + from +
         ", which brought it first; if this store replaces that one, run edo-replicator adopt "
         "--from " +
         from + " --by " + base::to_string(batch.store_id) + ", then requeue";
}

using Numbers = std::span<const std::size_t>;

// The first of these rows that fit into one part, or the first row alone.
std::size_t part_of(const Batch& batch, std::size_t table, Numbers which) {
  std::size_t bytes = 0;
  std::size_t size = 0;
  while (size < which.size()) {
    bytes += batch.tables[table].bytes(which[size]);
    if (size > 0 && bytes > kPartBytes) break;
    ++size;
  }
  return size;
}

// Passes the rows to `take` in parts.
template <typename Take>
void in_parts(const Batch& batch, std::size_t table, Numbers which, Take take) {
  while (!which.empty()) {
    const auto size = part_of(batch, table, which);
    take(which.first(size));
    which = which.subspan(size);
  }
}

// The shape of merge() or insert() for one part, and its values.
struct Part {
  Shape shape = Shape::arrays;
  Parameters parameters;
};

Part part(const Batch& batch, std::size_t table, Numbers which) {
  if (which.size() == 1 && batch.tables[table].bytes(which.front()) > kPartBytes) {
    return {Shape::one_row, row_parameters(batch, table, which.front())};
  }
  return {Shape::arrays, merge_parameters(batch, table, which)};
}

std::string writing(std::size_t table) {
  return "write " + std::string(tables::tables()[table].name) + " at";
}

// Whether row-level security refused a row.
bool is_by_policy(const postgres::Failure& failure) {
  return failure.kind() == ErrorKind::refused && failure.sqlstate() == postgres::kNoPermission;
}

// The rows with these indexes for COPY. They must outlive it.
postgres::CopyIn copy_of(const Batch& batch, std::size_t table, Numbers which) {
  postgres::CopyIn copy;
  copy.operation = "send " + std::string(tables::tables()[table].name) + " to";
  copy.sql = copy_into_table(table);
  copy.produce = [&batch, which, table, next = std::size_t{0}](std::string& out,
                                                               const auto& send) mutable {
    if (next == 0) postgres::copy::begin(out);
    while (next < which.size() && out.size() < kCopyChunk) {
      append_row(out, batch, table, which[next++], send);
    }
    if (next < which.size()) return true;
    postgres::copy::end(out);
    return false;
  };
  return copy;
}

}  // namespace

// How the rows of each table are to be written.
struct Applier::Plan {
  using OfTables = std::array<std::vector<std::size_t>, tables::kTableCount>;
  OfTables fresh;                // the central database does not have them
  OfTables merged;               // it has them in an older version
  std::vector<Refused> foreign;  // it has them from another store
};

Applier::Applier(postgres::Connection& connection, std::string_view via)
    : connection_(connection), via_(via) {
  postgres::prefer_key_lookups(connection_);
}

Applied Applier::apply(const Batch& batch) { return apply(batch, true); }

Applied Applier::apply_rows(const Batch& batch) { return apply(batch, false); }

Applied Applier::apply_suspect(const Batch& batch) {
  suspects_ = true;
  try {
    const auto applied = apply(batch, true);
    suspects_ = false;
    return applied;
  } catch (...) {
    suspects_ = false;
    throw;
  }
}

Applied Applier::apply(const Batch& batch, bool in_ledger) {
  if (suspects_) guesses_ = false;
  most_letters_.reset();
  // A dead letter that is requeued counts already.
  if (!in_ledger) most_letters_ = std::numeric_limits<std::size_t>::max();
  for (Way way = suspects_ ? Way::around : may_copy_ ? Way::copied : Way::inserted;;) {
    try {
      postgres::Transaction transaction(connection_);
      postgres::Pipeline last(connection_);
      Applied applied;
      Counts counts;
      if (!batch.is_empty()) applied = carry_out(batch, way, last, counts);
      if (in_ledger) record(batch, last);
      const auto answers = transaction.commit(last);
      for (std::size_t i = 0; i < counts.size(); ++i) applied.*counts[i] += answers[i].affected();
      applied.unchanged =
          batch.rows() + batch.rejects.size() - applied.inserted - applied.updated - applied.dead;
      return applied;
    } catch (const postgres::Failure& failure) {
      way = after(way, failure);
      guesses_ = false;
    }
  }
}

Applier::Way Applier::after(Way way, const postgres::Failure& failure) {
  // The failures of all rows are known by now, so row-level security refused the ledger entry.
  if (way == Way::around && is_by_policy(failure) && on_conflict_ == OnConflict::update) {
    on_conflict_ = OnConflict::skip;
    return way;
  }
  if (way == Way::around || !connection_.is_open()) throw failure;
  switch (postgres::recourse_of(failure.sqlstate())) {
    case postgres::Recourse::another_way:
      if (way != Way::copied) return Way::around;
      may_copy_ = false;
      return Way::inserted;
    case postgres::Recourse::row:
      // A row was not new after all: another applier inserted it after the lookup, the guess was
      // wrong, or the batch names it twice. An upsert handles all of these.
      return way != Way::upserted && failure.sqlstate() == kUniqueViolation ? Way::upserted
                                                                            : Way::around;
    case postgres::Recourse::batch:
      return Way::around;
    default:
      if (is_by_policy(failure)) return Way::around;
      throw failure;
  }
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
    // A row that is younger than all applied rows, but was there already, came by another way. More
    // such rows may follow.
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
  struct State {
    std::int64_t version = 0;
    std::optional<base::Uuid> owner;  // the store that the row belongs to, if it is another one
  };
  using Known = std::unordered_map<base::Uuid, State, UuidHash>;
  Parameters ids;
  for (const auto& rows : batch.tables) {
    const auto table = static_cast<std::size_t>(&rows - batch.tables.data());
    std::vector<base::Uuid> wanted;
    for (std::size_t row = 0; row < rows.size(); ++row) {
      if (!looks_new(batch, table, row)) wanted.push_back(rows.id(row));
    }
    ids.binary(postgres::kUuidArrayOid, postgres::uuid_array(wanted));
  }
  ids.text(base::to_string(batch.store_id));
  static const std::string kSql = known_versions();
  const auto result = connection_.run("look for known rows at", kSql, ids, true);
  std::array<Known, tables::kTableCount> known;
  for (int i = 0; i < result.rows(); ++i) {
    const auto table = static_cast<std::size_t>(big_endian(result.value(i, 0)));
    State state{big_endian(result.value(i, 2)), {}};
    if (!result.is_null(i, 3)) state.owner = uuid_of(result.value(i, 3));
    known.at(table).emplace(uuid_of(result.value(i, 1)), state);
  }
  Plan plan;
  for (std::size_t table = 0; table < tables::kTableCount; ++table) {
    const Rows& rows = batch.tables[table];
    for (std::size_t row = 0; row < rows.size(); ++row) {
      const auto found =
          known[table].empty() ? known[table].end() : known[table].find(rows.id(row));
      if (found == known[table].end()) {
        plan.fresh[table].push_back(row);
      } else if (found->second.owner) {
        plan.foreign.push_back({table, row, foreign_row(batch, *found->second.owner), false});
      } else if (found->second.version < rows.versions[row]) {
        plan.merged[table].push_back(row);
      }
    }
  }
  return plan;
}

Applied Applier::carry_out(const Batch& batch, Way way, postgres::Pipeline& last, Counts& counts) {
  if (batch.store_id != store_id_) guesses_ = false;
  Plan todo = plan(batch);
  Applied applied;
  std::vector<Refused> refused = std::move(todo.foreign);
  require_room(batch, refused.size() + batch.rejects.size());
  const auto upsert = [&](std::size_t table, const std::vector<std::size_t>& rows,
                          std::size_t Applied::*count) {
    in_parts(batch, table, rows, [&](Numbers some) {
      const auto [shape, parameters] = part(batch, table, some);
      counts.push_back(count);
      last.run(writing(table), merge(table, shape), parameters);
    });
  };
  if (way == Way::copied) copy_new(batch, todo);
  if (way == Way::inserted) insert_new(batch, todo);
  std::size_t tried = 0;
  for (std::size_t table = 0; table < tables::kTableCount; ++table) {
    const auto& [fresh, merged] = std::tie(todo.fresh[table], todo.merged[table]);
    tried += fresh.size() + merged.size();
    if (way == Way::around) {
      in_parts(batch, table, fresh, [&](Numbers some) {
        applied.inserted += write_around(batch, table, some, may_copy_, refused);
      });
      in_parts(batch, table, merged, [&](Numbers some) {
        applied.updated += write_around(batch, table, some, true, refused);
      });
      continue;
    }
    if (way == Way::upserted) {
      upsert(table, fresh, &Applied::inserted);
    } else {
      applied.inserted += fresh.size();
    }
    upsert(table, merged, &Applied::updated);
  }
  const auto shut_out = std::count_if(refused.begin(), refused.end(),
                                      [](const Refused& row) { return row.not_insertable; });
  if (shut_out > 0 && static_cast<std::size_t>(shut_out) == tried) {
    throw Error(ErrorKind::refused, refused.front().error);
  }
  bury(batch, refused, last);
  applied.dead = refused.size() + batch.rejects.size();
  learn(batch, todo);
  return applied;
}

void Applier::copy_new(const Batch& batch, const Plan& plan) {
  std::vector<postgres::CopyIn> copies;
  for (std::size_t table = 0; table < tables::kTableCount; ++table) {
    if (!plan.fresh[table].empty()) copies.push_back(copy_of(batch, table, plan.fresh[table]));
  }
  connection_.copy_in(copies);
}

void Applier::insert_new(const Batch& batch, const Plan& plan) {
  for (std::size_t table = 0; table < tables::kTableCount; ++table) {
    in_parts(batch, table, plan.fresh[table], [&](Numbers some) {
      const auto [shape, parameters] = part(batch, table, some);
      const auto inserted = connection_.run(writing(table), insert(table, shape), parameters);
      if (inserted.affected() == some.size()) return;
      throw postgres::Failure(ErrorKind::refused, writing(table), connection_.label(),
                              "the row exists already", std::string(kUniqueViolation));
    });
  }
}

// COPY names the column that it cannot read; upserts do not.
std::string Applier::refused_column(const Batch& batch, std::size_t table,
                                    std::span<const std::size_t> which) {
  try {
    const postgres::Transaction trial(connection_);
    const auto copy = copy_of(batch, table, which);
    connection_.copy_in({&copy, 1});
  } catch (const postgres::Failure& failure) {
    constexpr std::string_view kColumn = ", column ";
    const std::string_view context = failure.context();
    const auto found = context.find(kColumn);
    if (found == std::string_view::npos) return {};
    const auto name = context.substr(found + kColumn.size());
    return std::string(name.substr(0, name.find_first_of(":,\n")));
  }
  return {};
}

bool Applier::is_of_row(const postgres::Failure& failure) const {
  return failure.kind() == ErrorKind::refused ||
         (suspects_ && connection_.is_open() && postgres::may_follow_batch(failure.sqlstate()));
}

bool Applier::divides(const postgres::Failure& failure) const {
  return is_of_row(failure) ||
         postgres::recourse_of(failure.sqlstate()) == postgres::Recourse::batch;
}

// Halves the refused rows until each remaining one is refused alone.
std::size_t Applier::write_around(const Batch& batch, std::size_t table,
                                  std::span<const std::size_t> which, bool merges,
                                  std::vector<Refused>& refused) {
  if (which.empty()) return 0;
  try {
    postgres::Transaction attempt(connection_);
    const auto [shape, parameters] = part(batch, table, which);
    const auto written = connection_.run(
        writing(table), merges ? merge(table, shape) : insert(table, shape), parameters);
    if (merges || written.affected() == which.size()) {
      attempt.commit();
      return written.affected();
    }
  } catch (const postgres::Failure& failure) {
    if (which.size() == 1 ? !is_of_row(failure) : !divides(failure)) throw;
    if (which.size() == 1) {
      if (suspects_ && refused.size() >= kMostSuspectRows) throw;
      std::string error = failure.what();
      const std::string column = refused_column(batch, table, which);
      if (!column.empty()) error += "; column " + column;
      refused.push_back({table, which.front(), std::move(error), !merges && is_by_policy(failure)});
      require_room(batch, refused.size() + batch.rejects.size());
      return 0;
    }
  }
  // A row that was not inserted is there already, but this user may not see it.
  if (which.size() == 1) return write_around(batch, table, which, true, refused);
  const auto half = which.size() / 2;
  const std::size_t written = write_around(batch, table, which.first(half), merges, refused);
  return written + write_around(batch, table, which.subspan(half), merges, refused);
}

void Applier::require_room(const Batch& batch, std::size_t letters) {
  if (letters == 0) return;
  const std::string store = base::to_string(batch.store_id);
  if (!most_letters_) {
    const auto most =
        connection_.run("count the dead letters of", room_for_letters(),
                        Parameters().text(store).binary(kTextArrayOid, row_ids(batch)));
    most_letters_ = static_cast<std::size_t>(most.integer(0, 0));
  }
  if (letters <= *most_letters_) return;
  throw Error(ErrorKind::refused, "write dead letters at", connection_.label(),
              "store " + store +
                  " would exceed its quota with this batch; correct the rows and run "
                  "edo-replicator requeue, or raise replication_quotas in the central database");
}

void Applier::bury(const Batch& batch, const std::vector<Refused>& refused,
                   postgres::Pipeline& last) const {
  const auto write = [&](std::size_t table, std::string_view row, std::int64_t version,
                         std::string_view error, std::string payload) {
    last.run("write a dead letter at", record_dead_letter(on_conflict_),
             Parameters()
                 .text(base::to_string(batch.store_id))
                 .text(tables::tables()[table].name)
                 .text(letter_id(row))
                 .integer(version)
                 .text(error)
                 .binary(postgres::kByteaOid, std::move(payload))
                 .text(via_));
  };
  for (const auto& [table, row, error, not_insertable] : refused) {
    const auto& rows = batch.tables[table];
    write(table, base::to_string(rows.id(row)), rows.versions[row], error,
          batch::encode_row(batch, table, row));
  }
  for (const auto& reject : batch.rejects) {
    std::string error;
    base::admit_text(reject.error, kErrorSize, error);
    write(reject.table, reject.id, reject.version, error, batch::encode_reject(batch, reject));
  }
}

void Applier::record(const Batch& batch, postgres::Pipeline& last) const {
  const std::string store = base::to_string(batch.store_id);
  // If all rows of a slice were deleted before they were shipped, the batch has no rows, but it
  // still closes the gap before the next one.
  const bool has_slice = batch.last_seq >= batch.first_seq;
  if (has_slice) {
    last.run("write the ledger of", record_batch(on_conflict_),
             Parameters()
                 .text(store)
                 .integer(batch.first_seq)
                 .integer(batch.last_seq)
                 .integer(static_cast<std::int64_t>(batch.rows()))
                 .integer(static_cast<std::int64_t>(batch.bytes()))
                 .text(via_)
                 .binary(kTimestampArray.array, touched_hours(batch)));
  }
  std::string label;
  base::admit_text(batch.host_label, kLabelSize, label);
  // This comes last, because every applier of this store waits here for the one before it.
  last.run("write the ledger of", record_store(on_conflict_),
           Parameters()
               .text(store)
               .text(label)
               .integer(batch.schema_version)
               .integer(batch.last_seq)
               .text(base::format_timestamp(batch.sent_at))
               .integer(batch.backlog));
  if (!has_slice) return;
  Parameters mark;
  mark.text(store).integer(batch.first_seq).integer(batch.last_seq);
  const auto after = changed_after(batch);
  after ? mark.text(base::format_timestamp(*after)) : mark.null();
  last.run("write the ledger of", raise_mark(), mark);
}

}  // namespace edo::apply
