// The SQL of applying batches, and the binary form of rows for it, both generated from the one list
// of columns.
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

// How a field is sent in an array: its type in SQL, and the OIDs of element and array (pg_type.dat,
// never to change). JSON is sent as text, since not every cluster has arrays of jsonb.
struct ArrayType {
  const char* name;
  std::uint32_t element;
  std::uint32_t array;
};

inline constexpr ArrayType kTimestampArray{"timestamptz", 1184, 1185};

// The index of created_at among the fields of a table.
[[nodiscard]] std::size_t created_at(std::size_t table);

// "id, created_at, …, store_id, row_version": what a row in the central database consists of.
[[nodiscard]] std::string column_list(std::size_t table);

// Asks which of the ids in $1 … $4 (uuid[], one for each table) exist: table, id, row_version, and
// the owner of the row if it is not store $5.
[[nodiscard]] std::string known_versions();

[[nodiscard]] std::string copy_into_table(std::size_t table);

// The shape of the parameters: one array for each field, $1 …, or one row with one value for each;
// then row_version likewise, and store_id as one value.
enum class Shape { arrays, one_row };

// Upserts rows. Of several states of a row the newest wins, there and in the arrays. The server
// refuses a row that belongs to another store. A row without an owner is taken over.
[[nodiscard]] std::string merge(std::size_t table, Shape shape = Shape::arrays);

// Inserts rows with the parameters of merge(), and skips existing ids, even those that the user may
// not see. It needs no right but INSERT, and of row-level security only the policies for INSERT.
[[nodiscard]] std::string insert(std::size_t table, Shape shape = Shape::arrays);

// What happens to a ledger entry or a dead letter that exists already. `skip` needs no right but
// INSERT.
enum class OnConflict { update, skip };
[[nodiscard]] std::string record_batch(OnConflict on_conflict);
[[nodiscard]] std::string record_store(OnConflict on_conflict);
[[nodiscard]] std::string record_dead_letter(OnConflict on_conflict);

// A row's id for its dead letter, shortened: a batch may claim an id of any length.
[[nodiscard]] std::string letter_id(std::string_view row_id);

// Asks how many dead letters a batch may add. Parameters: its store and its row_ids().
[[nodiscard]] std::string room_for_letters();

// The ids of all its rows and rejects, as the text[] (kTextArrayOid) of room_for_letters().
inline constexpr std::uint32_t kTextArrayOid = 1009;
[[nodiscard]] std::string row_ids(const batch::Batch& batch);

// Records that a slice arrived: store, first and last sequence number, and changed_after() or null.
[[nodiscard]] std::string raise_mark();

// A time after which all later changes of the store were made: the creation of the batch's youngest
// row, since later rows change later, but no later than the batch was read.
[[nodiscard]] std::optional<base::Micros> changed_after(const batch::Batch& batch);

// The hours in which rows of the batch were created, as the timestamptz[] for record_batch(): their
// figures must be refreshed.
[[nodiscard]] std::string touched_hours(const batch::Batch& batch);

// Appends row number `row` in the binary format of COPY, with the fields of column_list(). A text
// that is too large to copy goes to `send`, after the contents of `out`.
void append_row(std::string& out, const batch::Batch& batch, std::size_t table, std::size_t row,
                const postgres::CopyIn::Send& send = {});

// The rows with these indexes as the parameters of merge().
[[nodiscard]] postgres::Parameters merge_parameters(const batch::Batch& batch, std::size_t table,
                                                    std::span<const std::size_t> which);
// One row as those of Shape::one_row, referring to the batch.
[[nodiscard]] postgres::Parameters row_parameters(const batch::Batch& batch, std::size_t table,
                                                  std::size_t row);

}  // namespace edo::apply
