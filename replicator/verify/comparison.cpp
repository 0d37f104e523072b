#include "replicator/verify/comparison.hpp"

#include <string_view>
#include <utility>

#include "base/time.hpp"
#include "base/uuid.hpp"
#include "replicator/postgres/copy.hpp"
#include "replicator/postgres/failure.hpp"

namespace edo::verify {
namespace {

using postgres::Parameters;
using tables::Type;

constexpr std::string_view kUuidPattern = "'^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$'";
// The OIDs of text and text[]; pg_type.dat, never to change.
constexpr std::uint32_t kText = 25;
constexpr std::uint32_t kTextArray = 1009;

// True where the text s.NAME and the row t in the central database disagree.
std::string differs(const tables::Column& column) {
  const std::string name(column.name);
  const std::string here = "s." + name;
  const std::string there = "t." + name;
  switch (column.type) {
    case Type::uuid:
      return here + "::uuid IS DISTINCT FROM " + there;
    case Type::uuid_like:
      return "(CASE WHEN " + here + " ~ " + std::string(kUuidPattern) + " THEN " + here +
             "::uuid END IS DISTINCT FROM " + there + " OR CASE WHEN " + here + " !~ " +
             std::string(kUuidPattern) + " THEN " + here + " END IS DISTINCT FROM " + there +
             "_text)";
    case Type::timestamp:
      return here + "::timestamptz IS DISTINCT FROM " + there;
    case Type::json:
      return here + "::jsonb IS DISTINCT FROM " + there;
    case Type::integer:
      return here + "::integer IS DISTINCT FROM " + there;
    case Type::boolean:
      return here + "::boolean IS DISTINCT FROM " + there;
    case Type::text:
      break;
  }
  return here + " IS DISTINCT FROM " + there;
}

// One array of text for each column.
Parameters as_arrays(std::span<const Row> rows, std::size_t columns) {
  Parameters arrays;
  for (std::size_t column = 0; column < columns; ++column) {
    std::string array = postgres::array_header(kText, rows.size());
    for (const auto& row : rows) {
      if (const auto& value = row.values[column]) {
        postgres::copy::text(array, *value);
      } else {
        postgres::copy::null(array);
      }
    }
    arrays.binary(kTextArray, std::move(array));
  }
  return arrays;
}

// The server's words, without our prefix.
std::string words_of(const postgres::Failure& failure, const std::string& label) {
  const std::string_view message = failure.what();
  const auto at = message.find(label + ": ");
  return std::string(at == std::string_view::npos ? message
                                                  : message.substr(at + label.size() + 2));
}

}  // namespace

Retention retention_of(postgres::Connection& central) {
  try {
    const auto answer =
        central.run("look at", "SELECT completed_before::text, others_before::text FROM retention");
    if (answer.rows() == 0) return {};
    const auto completed = base::parse_timestamp(answer.text(0, 0));
    const auto others = base::parse_timestamp(answer.text(0, 1));
    if (!completed || !others) return {};
    return {base::format_timestamp(*completed), base::format_timestamp(*others)};
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::denied || !central.is_open()) throw;
    return {};
  }
}

Comparison::Comparison(postgres::Connection& central, std::size_t table, std::string store_id)
    : central_(central),
      columns_(tables::tables()[table].columns),
      name_(tables::tables()[table].name),
      store_id_(std::move(store_id)) {
  std::string arrays;
  std::string names;
  std::size_t parameters = 0;
  for (const auto& column : columns_) {
    if (!names.empty()) arrays += ", ";
    names += std::string(column.name) + ", ";
    arrays += "$" + std::to_string(++parameters) + "::text[]";
    if (!difference_.empty()) difference_ += " OR ";
    difference_ += differs(column);
  }
  // An id that is not a UUID cannot be in the central database.
  joined_ = " FROM unnest(" + arrays + ") WITH ORDINALITY s (" + names + "n) LEFT JOIN " + name_ +
            " t ON t.id = CASE WHEN s.id ~ " + std::string(kUuidPattern) + " THEN s.id::uuid END";
  sees_dead_letters_ =
      central_
          .run("look at",
               "SELECT has_column_privilege('replication_dead_letters', 'row_id', 'SELECT')")
          .boolean(0, 0);
  dead_letter_ = sees_dead_letters_
                     ? "(SELECT max(d.row_version) FROM replication_dead_letters d WHERE"
                       " d.store_id = $" +
                           std::to_string(parameters + 1) + "::uuid AND d.table_name = '" + name_ +
                           "' AND d.row_id IN (s.id, lower(s.id)))"
                     : "NULL";
}

std::vector<Unequal> Comparison::compare(std::span<const Row> rows) {
  std::vector<Unequal> unequal;
  if (!rows.empty()) compare(rows, 0, unequal);
  return unequal;
}

// PostgreSQL before 16 has no safe cast to jsonb, so an invalid value is found by halving the
// refused rows.
void Comparison::compare(std::span<const Row> rows, std::size_t first,
                         std::vector<Unequal>& unequal) {
  try {
    compare_at_once(rows, first, unequal);
  } catch (const postgres::Failure& failure) {
    if (failure.kind() != ErrorKind::refused) throw;
    if (rows.size() == 1) {
      unequal.push_back(look_up(rows.front()));
      unequal.back().row = first;
      unequal.back().error = words_of(failure, central_.label());
      return;
    }
    const std::size_t half = rows.size() / 2;
    compare(rows.first(half), first, unequal);
    compare(rows.subspan(half), first + half, unequal);
  }
}

void Comparison::compare_at_once(std::span<const Row> rows, std::size_t first,
                                 std::vector<Unequal>& unequal) {
  Parameters parameters = as_arrays(rows, columns_.size());
  if (sees_dead_letters_) parameters.text(store_id_);
  const auto result = central_.run("compare " + name_ + " at",
                                   "SELECT s.n - 1, t.id IS NULL, " + dead_letter_ + joined_ +
                                       " WHERE CASE WHEN t.id IS NULL THEN true ELSE " +
                                       difference_ + " END ORDER BY s.n",
                                   parameters);
  for (int i = 0; i < result.rows(); ++i) {
    Unequal found{first + static_cast<std::size_t>(result.integer(i, 0)),
                  result.boolean(i, 1),
                  std::nullopt,
                  {}};
    if (!result.is_null(i, 2)) found.dead_letter = result.integer(i, 2);
    unequal.push_back(std::move(found));
  }
}

// Looks for a row by its id alone.
Unequal Comparison::look_up(const Row& row) {
  Unequal found;
  found.missing = true;
  if (!base::parse_uuid(row.id)) return found;
  Row only_id{row.id, {row.id}, 0};
  only_id.values.resize(columns_.size());
  std::vector<Unequal> unequal;
  compare_at_once({&only_id, 1}, 0, unequal);
  // A row with only an id differs from every existing row.
  return unequal.at(0);
}

std::vector<ColumnDifference> Comparison::differences(const Row& row) {
  std::string list;
  for (const auto& column : columns_) {
    const std::string name(column.name);
    const std::string there = column.type == Type::uuid_like
                                  ? "coalesce(t." + name + "::text, t." + name + "_text)"
                                  : "t." + name + "::text";
    list += (list.empty() ? "" : ", ") + differs(column) + ", left(s." + name + ", 60), left(" +
            there + ", 60)";
  }
  const auto result = central_.run("compare " + name_ + " at", "SELECT " + list + joined_,
                                   as_arrays({&row, 1}, columns_.size()));
  std::vector<ColumnDifference> differences;
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    const int at = 3 * static_cast<int>(i);
    if (!result.boolean(0, at)) continue;
    const auto shown = [&](int column) {
      return result.is_null(0, column) ? std::string("null") : result.text(0, column);
    };
    differences.push_back({std::string(columns_[i].name), shown(at + 1), shown(at + 2)});
  }
  return differences;
}

std::vector<std::string> Comparison::ids(const std::optional<std::string>& after,
                                         const std::optional<std::string>& until, std::size_t limit,
                                         const Period& period) {
  Parameters parameters;
  parameters.text(store_id_);
  std::string condition = " WHERE store_id = $1";
  int count = 1;
  const auto require = [&](const char* what, const std::optional<std::string>& value) {
    if (!value) return;
    parameters.text(*value);
    condition += std::string(" AND ") + what + " $" + std::to_string(++count);
  };
  require("id >", after);
  require("id <=", until);
  require("created_at >=", period.since);
  require("created_at <", period.until);
  const auto result = central_.run(
      "list " + name_ + " at",
      "SELECT id FROM " + name_ + condition + " ORDER BY id LIMIT " + std::to_string(limit),
      parameters);
  std::vector<std::string> found;
  for (int i = 0; i < result.rows(); ++i) found.push_back(result.text(i, 0));
  return found;
}

}  // namespace edo::verify
