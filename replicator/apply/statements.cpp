#include "replicator/apply/statements.hpp"

#include "replicator/postgres/copy.hpp"

namespace edo::apply {
namespace {

namespace copy = postgres::copy;
using tables::Type;

std::string table_name(std::size_t table) { return std::string(tables::tables()[table].name); }
std::string staging_name(std::size_t table) { return "pg_temp.edo_staging_" + table_name(table); }

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

}  // namespace

std::string column_list(std::size_t table) {
  std::string list;
  for (const auto& field : batch::fields(table)) list += field.name + ", ";
  return list + "store_id, row_version";
}

std::string known_versions() {
  std::string sql;
  for (std::size_t table = 0; table < tables::kTableCount; ++table) {
    if (table > 0) sql += " UNION ALL ";
    sql += "SELECT " + std::to_string(table) + ", t.id, t.row_version FROM " + table_name(table) +
           " t WHERE t.id = ANY ($" + std::to_string(table + 1) + "::uuid[])";
  }
  return sql;
}

std::string copy_into_table(std::size_t table) {
  return "COPY " + table_name(table) + " (" + column_list(table) + ") FROM STDIN (FORMAT BINARY)";
}

std::string copy_into_staging(std::size_t table) {
  return "COPY " + staging_name(table) + " (" + column_list(table) + ") FROM STDIN (FORMAT BINARY)";
}

std::string create_staging() {
  std::string sql;
  for (std::size_t table = 0; table < tables::kTableCount; ++table) {
    // Taken from the table's own columns, so that their types agree, but without its constraints.
    sql += "CREATE TEMPORARY TABLE IF NOT EXISTS edo_staging_" + table_name(table) +
           " ON COMMIT DELETE ROWS AS SELECT " + column_list(table) + " FROM " + table_name(table) +
           " WITH NO DATA;\n";
  }
  return sql;
}

std::string merge_staged(std::size_t table) {
  const std::string name = table_name(table);
  std::string assignments;
  for (const auto& field : batch::fields(table)) {
    if (field.name != "id") assignments += field.name + " = excluded." + field.name + ", ";
  }
  // The order keeps two appliers from taking the same rows' locks in different orders.
  return "INSERT INTO " + name + " AS t (" + column_list(table) + ") SELECT DISTINCT ON (id) " +
         column_list(table) + " FROM " + staging_name(table) +
         " ORDER BY id, row_version DESC ON CONFLICT (id) DO UPDATE SET " + assignments +
         "store_id = excluded.store_id, row_version = excluded.row_version"
         " WHERE excluded.row_version > t.row_version";
}

std::string record_batch() {
  return "INSERT INTO replication_batches AS b"
         " (store_id, first_seq, last_seq, rows, bytes, via, apply_ms)"
         " VALUES ($1, $2, $3, $4, $5, $6,"
         " (extract(epoch FROM clock_timestamp() - transaction_timestamp()) * 1000)::integer)"
         " ON CONFLICT (store_id, first_seq, last_seq) DO UPDATE SET"
         " rows = excluded.rows, bytes = excluded.bytes, via = excluded.via, applied_at = now(),"
         " apply_ms = excluded.apply_ms, times_applied = b.times_applied + 1";
}

std::string record_store() {
  return "INSERT INTO replication_stores AS s (store_id, host_label, schema_version, last_seq)"
         " VALUES ($1, $2, $3, $4) ON CONFLICT (store_id) DO UPDATE SET"
         " host_label = excluded.host_label,"
         " schema_version = greatest(s.schema_version, excluded.schema_version),"
         " last_seen_at = now(), last_seq = greatest(s.last_seq, excluded.last_seq)";
}

void append_row(std::string& out, const batch::Batch& batch, std::size_t table, std::size_t row) {
  const auto& rows = batch.tables[table];
  copy::begin_row(out, rows.columns.size() + 2);
  for (const auto& column : rows.columns) append_value(out, column, row);
  copy::uuid(out, batch.store_id);
  copy::bigint(out, rows.versions[row]);
}

}  // namespace edo::apply
