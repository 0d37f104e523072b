// The SQL of applying, and the binary form of rows for it, generated from the one list of columns.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "replicator/batch/batch.hpp"
#include "replicator/postgres/connection.hpp"

namespace edo::apply {

// How a field travels in an array: its type in SQL, and the OIDs of element and array (pg_type.dat,
// never to change). JSON goes as text, since not every cluster knows arrays of jsonb.
struct ArrayType {
  const char* name;
  std::uint32_t element;
  std::uint32_t array;
};

inline constexpr ArrayType kTimestampArray{"timestamptz", 1184, 1185};

// The index of created_at among the fields of a table.
[[nodiscard]] std::size_t created_at(std::size_t table);

// "id, created_at, …, store_id, row_version": what a row at the centre consists of.
[[nodiscard]] std::string column_list(std::size_t table);

// Asks which of the ids in $1 … $4 (uuid[], one for each table) are there: table, id, row_version,
// and the store that the row belongs to if it is another one than $5.
[[nodiscard]] std::string known_versions();

[[nodiscard]] std::string copy_into_table(std::size_t table);

// How rows come: as one array for each field, $1 …, or one row with a value for each; then
// row_version likewise, and store_id as one value.
enum class Shape { arrays, one_row };

// Upserts rows. Of several states of a row the newest wins, there and in the arrays. The
// server refuses a row that belongs to another store. One that is there without a store is taken.
[[nodiscard]] std::string merge(std::size_t table, Shape shape = Shape::arrays);

// Inserts rows that come with the parameters of merge(), and passes over those whose id is there,
// even if the user may not see them: that takes no right but INSERT, and of the policies of
// row-level security those for INSERT.
[[nodiscard]] std::string insert(std::size_t table, Shape shape = Shape::arrays);

// What a line of the ledger or a dead letter does that is there already. `skip` takes no right but
// INSERT.
enum class OnConflict { update, skip };
[[nodiscard]] std::string record_batch(OnConflict on_conflict);
[[nodiscard]] std::string record_store(OnConflict on_conflict);
[[nodiscard]] std::string record_dead_letter(OnConflict on_conflict);

// A row's id as its dead letter has it: one that a batch claims may be of any length.
[[nodiscard]] std::string letter_id(std::string_view row_id);

// Asks how many dead letters may come of a batch: its store, and its row_ids().
[[nodiscard]] std::string room_for_letters();

// The ids of all its rows and rejects, as the text[] (kTextArrayOid) of room_for_letters().
inline constexpr std::uint32_t kTextArrayOid = 1009;
[[nodiscard]] std::string row_ids(const batch::Batch& batch);

// Notes that a slice has come: store, first and last seq, and changed_after() or null.
[[nodiscard]] std::string raise_mark();

// A time before which no change was made that follows the batch: the creation of its youngest row,
// since rows that come later are changed later, and never later than it was read.
[[nodiscard]] std::optional<base::Micros> changed_after(const batch::Batch& batch);

// The hours in which rows of the batch were created, whose figures are out of date with it, as the
// timestamptz[] that record_batch() takes.
[[nodiscard]] std::string touched_hours(const batch::Batch& batch);

// Appends row number `row` in the binary format of COPY, fields as in column_list(). A text that is
// too large to be copied goes to `send`, behind what is in `out`.
void append_row(std::string& out, const batch::Batch& batch, std::size_t table, std::size_t row,
                const postgres::CopyIn::Send& send = {});

// The rows with these numbers as the parameters of merge().
[[nodiscard]] postgres::Parameters merge_parameters(const batch::Batch& batch, std::size_t table,
                                                    std::span<const std::size_t> which);
// One row as those of Shape::one_row, referring to the batch.
[[nodiscard]] postgres::Parameters row_parameters(const batch::Batch& batch, std::size_t table,
                                                  std::size_t row);

}  // namespace edo::apply
