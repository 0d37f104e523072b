// The SQL of applying, and the binary form of rows, generated from the one list of columns.
#pragma once

#include <cstddef>
#include <string>

#include "replicator/batch/batch.hpp"

namespace edo::apply {

// "id, created_at, …, store_id, row_version": what a row at the centre consists of.
[[nodiscard]] std::string column_list(std::size_t table);

// Asks which of the ids in $1 … $4 (uuid[], one for each table) are there: table, id, row_version.
[[nodiscard]] std::string known_versions();

[[nodiscard]] std::string copy_into_table(std::size_t table);
[[nodiscard]] std::string copy_into_staging(std::size_t table);
// Makes the staging tables of a session. They have no constraints and are emptied by COMMIT.
[[nodiscard]] std::string create_staging();
// Moves the staged rows into the table, the newest version of each.
[[nodiscard]] std::string merge_staged(std::size_t table);

[[nodiscard]] std::string record_batch();
[[nodiscard]] std::string record_store();

// Appends row number `row` in the binary format of COPY, fields as in column_list().
void append_row(std::string& out, const batch::Batch& batch, std::size_t table, std::size_t row);

}  // namespace edo::apply
