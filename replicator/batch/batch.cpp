#include "replicator/batch/batch.hpp"

namespace edo::batch {

using tables::Type;

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

std::size_t Column::bytes() const noexcept {
  return nulls_.size() + uuids_.size() * sizeof(base::Uuid) +
         numbers_.size() * sizeof(std::int64_t) + ends_.size() * sizeof(std::uint64_t) +
         bytes_.size();
}

Batch::Batch() {
  for (std::size_t table = 0; table < tables::kTableCount; ++table) {
    for (const auto& field : fields(table)) tables[table].columns.emplace_back(field.type);
  }
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
