// A batch: the rows that a slice of one store's outbox touched, at the state they had when it was
// read. A plain value, columnar and typed, that owns all its memory and knows neither SQLite nor
// Postgres.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.hpp"
#include "base/uuid.hpp"
#include "replicator/batch/fields.hpp"
#include "tables/model.hpp"

namespace edo::batch {

// The values of one field, one for each row. Which of the vectors is used depends on the type:
// uuid: uuids; timestamp (microseconds since the Unix epoch), integer, boolean: numbers; text and
// json: ends and bytes. A null takes a place there as well, so that a row is found by its index.
class Column {
 public:
  explicit Column(tables::Type type) : type_(type) {}

  void add_null();
  void add(const base::Uuid& value);
  void add(std::int64_t value);
  void add(std::string_view value);
  // Reserves memory for so many rows, and for the bytes of their texts.
  void reserve(std::size_t rows, std::size_t bytes = 0);
  // The value of a row of another column of the same type.
  void add_from(const Column& other, std::size_t row);
  // Removes the rows from index `size` on.
  void truncate(std::size_t size);
  // Removes all rows. Keeps their memory for the next ones, but at most a few times as much as they
  // used.
  void clear() noexcept;

  [[nodiscard]] tables::Type type() const noexcept { return type_; }
  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  // Its approximate memory, and that of one row.
  [[nodiscard]] std::size_t bytes() const noexcept;
  [[nodiscard]] std::size_t bytes(std::size_t row) const noexcept {
    return sizeof(base::Uuid) + (ends_.empty() ? 0 : text(row).size());
  }

  [[nodiscard]] bool is_null(std::size_t row) const noexcept {
    return ((nulls_[row / 8] >> (row % 8)) & 1U) != 0;
  }
  [[nodiscard]] const base::Uuid& uuid(std::size_t row) const noexcept { return uuids_[row]; }
  [[nodiscard]] std::int64_t number(std::size_t row) const noexcept { return numbers_[row]; }
  [[nodiscard]] std::string_view text(std::size_t row) const noexcept {
    const std::size_t begin = row == 0 ? 0 : ends_[row - 1];
    return std::string_view(bytes_).substr(begin, ends_[row] - begin);
  }

 private:
  void next(bool null);

  tables::Type type_;
  std::size_t size_ = 0;
  std::vector<std::uint8_t> nulls_;  // one bit for each row
  std::vector<base::Uuid> uuids_;
  std::vector<std::int64_t> numbers_;
  std::vector<std::uint64_t> ends_;  // of each row's text in bytes_
  std::string bytes_;
};

// The rows of one table. columns[i] belongs to fields(table)[i].
struct Rows {
  std::vector<Column> columns;
  // The highest sequence number of each row in the slice. Of two versions of a row, the central
  // database keeps the higher one.
  std::vector<std::int64_t> versions;

  [[nodiscard]] std::size_t size() const noexcept { return versions.size(); }
  // The approximate memory of a row.
  [[nodiscard]] std::size_t bytes(std::size_t row) const noexcept;
  [[nodiscard]] const base::Uuid& id(std::size_t row) const noexcept {
    return columns.front().uuid(row);
  }
};

// A row with a value that does not fit its column, so that it cannot be in Rows. Only a
// hand-written change to a store can create one.
struct Reject {
  std::size_t table = tables::kTableCount;  // index in tables::tables()
  std::string id;
  std::int64_t version = 0;  // as in Rows
  std::string error;         // which value, and why it does not fit
  std::string row;           // the whole row as a JSON object
};

struct Batch {
  Batch();
  // Removes all rows and rejects, and keeps their memory as Column::clear does.
  void clear() noexcept;

  base::Uuid store_id{};
  std::string host_label;
  std::int64_t schema_version = 0;  // of the store
  // The slice: the outbox entries from first_seq to last_seq, both included.
  std::int64_t first_seq = 0;
  std::int64_t last_seq = 0;
  base::Micros sent_at = 0;  // when it was read, by the edge's clock
  // The number of outbox entries behind the slice at that time.
  std::int64_t backlog = 0;
  std::array<Rows, tables::kTableCount> tables;  // in the order of tables::tables()
  std::vector<Reject> rejects;

  [[nodiscard]] std::size_t rows() const noexcept;  // without rejects
  [[nodiscard]] bool is_empty() const noexcept { return rows() == 0 && rejects.empty(); }
  [[nodiscard]] std::size_t bytes() const noexcept;
};

}  // namespace edo::batch
