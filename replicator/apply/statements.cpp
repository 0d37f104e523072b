#include "replicator/apply/statements.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <set>
#include <utility>

#include "base/text.hpp"
#include "replicator/postgres/copy.hpp"

namespace edo::apply {
namespace {

namespace copy = postgres::copy;
using tables::Type;

std::string table_name(std::size_t table) { return std::string(tables::tables()[table].name); }

constexpr std::uint32_t kTextOid = 25;
constexpr ArrayType kBigint{"bigint", 20, 1016};

ArrayType array_type(Type type) {
  switch (type) {
    case Type::uuid:
      return {"uuid", postgres::kUuidOid, postgres::kUuidArrayOid};
    case Type::timestamp:
      return kTimestampArray;
    case Type::integer:
      return {"integer", 23, 1007};
    case Type::boolean:
      return {"boolean", 16, 1000};
    default:
      return {"text", kTextOid, kTextArrayOid};
  }
}

// A text of this size or more is sent without a copy.
constexpr std::size_t kLargeText = std::size_t{256} << 10;

void append_value(std::string& out, const batch::Column& column, std::size_t row) {
  if (column.is_null(row)) return copy::null(out);
  switch (column.type()) {
    case Type::uuid:
      return copy::uuid(out, column.uuid(row));
    case Type::timestamp:
      return copy::timestamp(out, column.number(row));
    case Type::integer:
      return copy::integer(out, static_cast<std::int32_t>(column.number(row)));
    case Type::boolean:
      return copy::boolean(out, column.number(row) != 0);
    case Type::json:
      return copy::json(out, column.text(row));
    case Type::text:
    case Type::uuid_like:
      return copy::text(out, column.text(row));
  }
}

bool is_textual(const batch::Column& column) {
  return column.type() == Type::text || column.type() == Type::json;
}

bool is_large(const batch::Column& column, std::size_t row) {
  return is_textual(column) && column.text(row).size() >= kLargeText;
}

// Keeps the newest of several states of a row.
std::string insert_select(std::size_t table, Shape shape) {
  std::string arrays;
  std::string names;
  std::string values;
  std::size_t parameter = 0;
  const auto array = [&](const std::string& type) {
    const std::string value = "$" + std::to_string(++parameter);
    return shape == Shape::one_row ? "ARRAY[" + value + "::" + type + "]"
                                   : value + "::" + type + "[]";
  };
  for (const auto& field : batch::fields(table)) {
    arrays += array(array_type(field.type).name) + ", ";
    names += field.name + ", ";
    values += field.name + (field.type == Type::json ? "::jsonb, " : ", ");
  }
  arrays += array(kBigint.name);
  const std::string store = "$" + std::to_string(++parameter) + "::uuid";
  // All appliers lock rows in this order, so that they cannot deadlock.
  return "INSERT INTO " + table_name(table) + " AS t (" + column_list(table) +
         ") SELECT DISTINCT ON (id) " + values + store + ", row_version FROM unnest(" + arrays +
         ") AS s (" + names + "row_version) ORDER BY id, row_version DESC";
}

std::string on(OnConflict conflict, const std::string& update) {
  return " ON CONFLICT " + (conflict == OnConflict::update ? update : "DO NOTHING");
}

// The usual time between two contacts follows what is observed. Batches that come shortly after one
// another are one contact; they count by the time that they take, so that the batches of a long
// visit do not make a store that comes once a day look restless, and a store that ships all the
// time forgets an outage within hours.
std::string observed_interval() {
  const std::string gap =
      "greatest(0, extract(epoch FROM now() - s.last_seen_at))::double precision";
  const std::string is_visit = gap + " >= 30";
  return "coalesce(s.contact_interval_seconds, CASE WHEN " + is_visit +
         " OR now() - s.first_seen_at >= interval '1 hour' THEN " + gap + " END)" +
         " + CASE WHEN s.contact_interval_seconds IS NULL THEN 0 ELSE (" + gap +
         " - s.contact_interval_seconds) * CASE WHEN " + is_visit + " THEN 0.3 ELSE " + gap +
         " / 3600 END END";
}

}  // namespace

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

std::string column_list(std::size_t table) {
  std::string list;
  for (const auto& field : batch::fields(table)) list += field.name + ", ";
  return list + "store_id, row_version";
}

std::string known_versions() {
  std::string sql;
  for (std::size_t table = 0; table < tables::kTableCount; ++table) {
    if (table > 0) sql += " UNION ALL ";
    sql += "SELECT " + std::to_string(table) + ", t.id, t.row_version, nullif(t.store_id, $" +
           std::to_string(tables::kTableCount + 1) + "::uuid) FROM " + table_name(table) +
           " t WHERE t.id = ANY ($" + std::to_string(table + 1) + "::uuid[])";
  }
  return sql;
}

std::string copy_into_table(std::size_t table) {
  return "COPY " + table_name(table) + " (" + column_list(table) + ") FROM STDIN (FORMAT BINARY)";
}

std::string insert(std::size_t table, Shape shape) {
  return insert_select(table, shape) + " ON CONFLICT DO NOTHING";
}

std::string merge(std::size_t table, Shape shape) {
  std::string assignments;
  for (const auto& field : batch::fields(table)) {
    if (field.name != "id") assignments += field.name + " = excluded." + field.name + ", ";
  }
  // An invalid UUID makes the server refuse a row of another store. Only an error works here,
  // because that store may insert the row after our lookup.
  return insert_select(table, shape) + " ON CONFLICT (id) DO UPDATE SET " + assignments +
         "store_id = CASE WHEN t.store_id <> excluded.store_id"
         " THEN ('the row belongs to store ' || t.store_id)::uuid ELSE excluded.store_id END,"
         " row_version = excluded.row_version"
         " WHERE excluded.row_version > t.row_version OR t.store_id <> excluded.store_id";
}

std::string record_batch(OnConflict on_conflict) {
  return "WITH stale AS (INSERT INTO metrics_stale SELECT unnest($7::timestamptz[]))"
         " INSERT INTO replication_batches AS b"
         " (store_id, first_seq, last_seq, rows, bytes, via, apply_ms)"
         " VALUES ($1, $2, $3, $4, $5, $6,"
         " (extract(epoch FROM clock_timestamp() - transaction_timestamp()) * 1000)::integer)" +
         on(on_conflict,
            "(store_id, first_seq, last_seq) DO UPDATE SET"
            " rows = excluded.rows, bytes = excluded.bytes, via = excluded.via, applied_at = now(),"
            " apply_ms = excluded.apply_ms, times_applied = b.times_applied + 1");
}

std::string record_store(OnConflict on_conflict) {
  return "INSERT INTO replication_stores AS s"
         " (store_id, host_label, schema_version, last_seq, sent_at, pending_changes)"
         " VALUES ($1, $2, $3, $4, $5, $6)" +
         on(on_conflict,
            "(store_id) DO UPDATE SET host_label = excluded.host_label,"
            " schema_version = greatest(s.schema_version, excluded.schema_version),"
            " contact_interval_seconds = " +
                observed_interval() +
                ", last_seen_at = now(), last_seq = greatest(s.last_seq, excluded.last_seq),"
                " sent_at = excluded.sent_at, pending_changes = excluded.pending_changes");
}

std::string raise_mark() { return "SELECT raise_mark($1, $2, $3, $4::timestamptz)"; }

std::string record_dead_letter(OnConflict on_conflict) {
  return "INSERT INTO replication_dead_letters AS d"
         " (store_id, table_name, row_id, row_version, error, payload, via)"
         " VALUES ($1, $2, $3, $4, $5, $6, $7)" +
         on(on_conflict,
            "(store_id, table_name, row_id) DO UPDATE"
            " SET row_version = excluded.row_version, error = excluded.error,"
            " payload = excluded.payload, via = excluded.via, attempts = d.attempts + 1,"
            " last_failed_at = now() WHERE excluded.row_version >= d.row_version");
}

std::string letter_id(std::string_view row_id) {
  constexpr std::size_t kSize = 100;
  std::string id;
  base::admit_text(row_id, kSize, id);
  return id;
}

std::string room_for_letters() { return "SELECT room_for_letters($1, $2)"; }

std::string row_ids(const batch::Batch& batch) {
  std::string array = postgres::array_header(kTextOid, batch.rows() + batch.rejects.size());
  for (const auto& rows : batch.tables) {
    for (std::size_t row = 0; row < rows.size(); ++row) {
      copy::text(array, base::to_string(rows.id(row)));
    }
  }
  for (const auto& reject : batch.rejects) copy::text(array, letter_id(reject.id));
  return array;
}

std::string touched_hours(const batch::Batch& batch) {
  constexpr std::int64_t kHour = 3'600'000'000;
  std::set<std::int64_t> hours;
  for (std::size_t table = 0; table < tables::kTableCount; ++table) {
    if (tables::tables()[table].name == "job_logs") continue;  // no figure counts them
    const auto& created = batch.tables[table].columns[created_at(table)];
    for (std::size_t row = 0; row < created.size(); ++row) {
      const std::int64_t time = created.number(row);
      hours.insert(time - ((time % kHour) + kHour) % kHour);
    }
  }
  std::string array = postgres::array_header(kTimestampArray.element, hours.size());
  for (const auto hour : hours) copy::timestamp(array, hour);
  return array;
}

std::optional<base::Micros> changed_after(const batch::Batch& batch) {
  std::optional<base::Micros> youngest;
  for (std::size_t table = 0; table < tables::kTableCount; ++table) {
    const auto& created = batch.tables[table].columns[created_at(table)];
    for (std::size_t row = 0; row < created.size(); ++row) {
      youngest = std::max(youngest.value_or(created.number(row)), created.number(row));
    }
  }
  if (youngest) youngest = std::min(*youngest, batch.sent_at);
  return youngest;
}

void append_row(std::string& out, const batch::Batch& batch, std::size_t table, std::size_t row,
                const postgres::CopyIn::Send& send) {
  const auto& rows = batch.tables[table];
  copy::begin_row(out, rows.columns.size() + 2);
  for (const auto& column : rows.columns) {
    if (send && is_large(column, row)) {
      const auto text = column.text(row);
      column.type() == Type::json ? copy::begin_json(out, text.size())
                                  : copy::begin_text(out, text.size());
      send(text);
    } else {
      append_value(out, column, row);
    }
  }
  copy::uuid(out, batch.store_id);
  copy::bigint(out, rows.versions[row]);
}

postgres::Parameters merge_parameters(const batch::Batch& batch, std::size_t table,
                                      std::span<const std::size_t> which) {
  const auto& rows = batch.tables[table];
  postgres::Parameters parameters;
  for (const auto& column : rows.columns) {
    const ArrayType type = array_type(column.type());
    std::string array = postgres::array_header(type.element, which.size());
    for (const std::size_t row : which) {
      if (column.type() == Type::json && !column.is_null(row)) {
        copy::text(array, column.text(row));
      } else {
        append_value(array, column, row);
      }
    }
    parameters.binary(type.array, std::move(array));
  }
  std::string versions = postgres::array_header(kBigint.element, which.size());
  for (const std::size_t row : which) copy::bigint(versions, rows.versions[row]);
  parameters.binary(kBigint.array, std::move(versions));
  return parameters.text(base::to_string(batch.store_id));
}

postgres::Parameters row_parameters(const batch::Batch& batch, std::size_t table, std::size_t row) {
  const auto& rows = batch.tables[table];
  postgres::Parameters parameters;
  for (const auto& column : rows.columns) {
    const ArrayType type = array_type(column.type());
    if (column.is_null(row)) {
      parameters.null();
    } else if (is_textual(column)) {
      parameters.refer(type.element, column.text(row));
    } else {
      std::string field;
      append_value(field, column, row);
      // A field of COPY is its size and its value.
      parameters.binary(type.element, field.substr(sizeof(std::int32_t)));
    }
  }
  parameters.integer(rows.versions[row]);
  return parameters.text(base::to_string(batch.store_id));
}

}  // namespace edo::apply
