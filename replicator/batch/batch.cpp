#include "replicator/batch/batch.hpp"

namespace edo::batch {

using tables::Type;

namespace {

template <typename Values>
void clear(Values& values) noexcept {
  constexpr std::size_t kMostKept = 4;  // times what was used
  if (values.capacity() > kMostKept * values.size()) {
    values = Values();
  } else {
    values.clear();
  }
}

}  // namespace

void Column::next(bool null) {
  if (size_ % 8 == 0) nulls_.push_back(0);
  if (null) nulls_.back() = static_cast<std::uint8_t>(nulls_.back() | (1U << (size_ % 8)));
  ++size_;
}

void Column::add_null() {
  switch (type_) {
    case Type::uuid:
      uuids_.push_back({});
      break;
    case Type::timestamp:
    case Type::integer:
    case Type::boolean:
      numbers_.push_back(0);
      break;
    case Type::text:
    case Type::json:
    case Type::uuid_like:
      ends_.push_back(bytes_.size());
      break;
  }
  next(true);
}

void Column::add(const base::Uuid& value) {
  uuids_.push_back(value);
  next(false);
}

void Column::add(std::int64_t value) {
  numbers_.push_back(value);
  next(false);
}

void Column::add(std::string_view value) {
  bytes_.append(value);
  ends_.push_back(bytes_.size());
  next(false);
}

void Column::reserve(std::size_t rows, std::size_t bytes) {
  nulls_.reserve((rows + 7) / 8);
  switch (type_) {
    case Type::uuid:
      return uuids_.reserve(rows);
    case Type::timestamp:
    case Type::integer:
    case Type::boolean:
      return numbers_.reserve(rows);
    case Type::text:
    case Type::json:
    case Type::uuid_like:
      ends_.reserve(rows);
      return bytes_.reserve(bytes);
  }
}

void Column::add_from(const Column& other, std::size_t row) {
  if (other.is_null(row)) return add_null();
  switch (type_) {
    case Type::uuid:
      return add(other.uuid(row));
    case Type::timestamp:
    case Type::integer:
    case Type::boolean:
      return add(other.number(row));
    case Type::text:
    case Type::json:
    case Type::uuid_like:
      return add(other.text(row));
  }
}

void Column::truncate(std::size_t size) {
  if (size >= size_) return;
  size_ = size;
  nulls_.resize((size + 7) / 8);
  if (size % 8 != 0) {
    nulls_.back() = static_cast<std::uint8_t>(nulls_.back() & ((1U << (size % 8)) - 1));
  }
  if (uuids_.size() > size) uuids_.resize(size);
  if (numbers_.size() > size) numbers_.resize(size);
  if (ends_.size() > size) {
    ends_.resize(size);
    bytes_.resize(size == 0 ? 0 : ends_.back());
  }
}

void Column::clear() noexcept {
  size_ = 0;
  batch::clear(nulls_);
  batch::clear(uuids_);
  batch::clear(numbers_);
  batch::clear(ends_);
  batch::clear(bytes_);
}

std::size_t Column::bytes() const noexcept {
  return nulls_.size() + uuids_.size() * sizeof(base::Uuid) +
         numbers_.size() * sizeof(std::int64_t) + ends_.size() * sizeof(std::uint64_t) +
         bytes_.size();
}

std::size_t Rows::bytes(std::size_t row) const noexcept {
  std::size_t total = sizeof(std::int64_t);
  for (const auto& column : columns) total += column.bytes(row);
  return total;
}

Batch::Batch() {
  for (std::size_t table = 0; table < tables::kTableCount; ++table) {
    for (const auto& field : fields(table)) tables[table].columns.emplace_back(field.type);
  }
}

void Batch::clear() noexcept {
  for (auto& table : tables) {
    for (auto& column : table.columns) column.clear();
    batch::clear(table.versions);
  }
  batch::clear(rejects);
}

std::size_t Batch::rows() const noexcept {
  std::size_t total = 0;
  for (const auto& table : tables) total += table.size();
  return total;
}

std::size_t Batch::bytes() const noexcept {
  std::size_t total = host_label.size();
  for (const auto& table : tables) {
    total += table.versions.size() * sizeof(std::int64_t);
    for (const auto& column : table.columns) total += column.bytes();
  }
  for (const auto& reject : rejects) {
    total += reject.id.size() + reject.error.size() + reject.row.size();
  }
  return total;
}

}  // namespace edo::batch
