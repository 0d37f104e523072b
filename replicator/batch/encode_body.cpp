#include <algorithm>
#include <array>
#include <cstring>
#include <unordered_map>
#include <utility>

#include "replicator/batch/body.hpp"
#include "replicator/batch/format.hpp"
#include "replicator/batch/wire.hpp"

namespace edo::batch {
namespace {

using base::Uuid;
using tables::Type;

constexpr std::array<std::pair<Type, std::uint8_t>, 6> kTypeCodes = {{
    {Type::uuid, format::kUuid},
    {Type::timestamp, format::kTimestamp},
    {Type::integer, format::kInteger},
    {Type::boolean, format::kBoolean},
    {Type::text, format::kText},
    {Type::json, format::kJson},
}};

struct UuidHash {
  // The last bytes are random in every UUID version that is generated today.
  std::size_t operator()(const Uuid& id) const noexcept {
    std::size_t hash = 0;
    std::memcpy(&hash, id.data() + id.size() - sizeof hash, sizeof hash);
    return hash;
  }
};

// Distinct values in the order of their first occurrence, and the index of each.
template <typename Value, typename Hash = std::hash<Value>>
class Distinct {
 public:
  std::int64_t place(const Value& value) {
    const auto [found, added] = places_.try_emplace(value, std::ssize(values_));
    if (added) values_.push_back(value);
    return found->second;
  }
  [[nodiscard]] const std::vector<Value>& values() const noexcept { return values_; }

 private:
  std::unordered_map<Value, std::int64_t, Hash> places_;
  std::vector<Value> values_;
};

// All UUIDs of a batch: a row's id occurs again as the parent of others.
using Uuids = Distinct<Uuid, UuidHash>;

// One half of a UUID as a number, its first byte the highest.
std::int64_t half_of(const Uuid& id, std::size_t from) {
  std::uint64_t value = 0;
  for (std::size_t i = from; i < from + 8; ++i) value = (value << 8) | id[i];
  return static_cast<std::int64_t>(value);
}

void write_texts(Writer& out, const std::vector<std::string_view>& texts) {
  Distinct<std::string_view> distinct;
  std::vector<std::int64_t> places;
  places.reserve(texts.size());
  for (const auto text : texts) places.push_back(distinct.place(text));
  std::vector<std::int64_t> sizes;
  for (const auto text : distinct.values()) sizes.push_back(std::ssize(text));
  out.number(static_cast<std::uint64_t>(sizes.size()));
  out.numbers(places);
  out.numbers(sizes);
  for (const auto text : distinct.values()) out.refer(text);
}

// The rows from index `first` to before `end`.
struct Range {
  std::size_t first;
  std::size_t end;
  [[nodiscard]] std::size_t size() const noexcept { return end - first; }
};

Pieces encode_column(const Column& column, Range range, Uuids& uuids) {
  Writer out;
  std::string nulls((range.size() + 7) / 8, '\0');
  std::vector<std::int64_t> numbers;
  std::vector<std::string_view> texts;
  for (std::size_t row = range.first; row < range.end; ++row) {
    if (column.is_null(row)) {
      auto& bits = nulls[(row - range.first) / 8];
      bits = static_cast<char>(bits | (1 << ((row - range.first) % 8)));
      continue;
    }
    switch (column.type()) {
      case Type::uuid:
        numbers.push_back(uuids.place(column.uuid(row)));
        break;
      case Type::timestamp:
      case Type::integer:
      case Type::boolean:
        numbers.push_back(column.number(row));
        break;
      default:
        texts.push_back(column.text(row));
        break;
    }
  }
  out.bytes(nulls);
  if (column.type() == Type::text || column.type() == Type::json) {
    write_texts(out, texts);
  } else {
    out.numbers(numbers);
  }
  return out.take();
}

void write_column(Writer& out, std::string_view name, Type type, Pieces block) {
  out.string(name);
  out.number(type_code(type));
  out.number(static_cast<std::uint64_t>(block.size()));
  out.add(std::move(block));
}

// How write_texts() encodes texts that are not null.
Pieces encode_texts(const std::vector<std::string_view>& texts) {
  Writer out;
  out.bytes(std::string((texts.size() + 7) / 8, '\0'));
  write_texts(out, texts);
  return out.take();
}

class BodyWriter {
 public:
  void add(const Rows& rows, std::size_t table, Range range) {
    if (range.size() == 0) return;
    const auto fields = batch::fields(table);
    Writer out;
    out.numbers(std::span(rows.versions).subspan(range.first, range.size()));
    out.number(static_cast<std::uint32_t>(fields.size()));
    for (std::size_t i = 0; i < fields.size(); ++i) {
      const Column& column = rows.columns[i];
      write_column(out, fields[i].name, column.type(), encode_column(column, range, uuids_));
    }
    add(tables::tables()[table].name, range.size(), out.take());
  }

  void add(std::span<const Reject> rejects) {
    if (rejects.empty()) return;
    std::vector<std::int64_t> versions;
    std::vector<std::string_view> table, id, error, row;
    for (const auto& reject : rejects) {
      versions.push_back(reject.version);
      table.push_back(tables::tables().at(reject.table).name);
      id.push_back(reject.id);
      error.push_back(reject.error);
      row.push_back(reject.row);
    }
    Writer out;
    out.numbers(versions);
    out.number(std::uint32_t{4});
    write_column(out, format::kRejectTable, Type::text, encode_texts(table));
    write_column(out, format::kRejectId, Type::text, encode_texts(id));
    write_column(out, format::kRejectError, Type::text, encode_texts(error));
    write_column(out, format::kRejectRow, Type::text, encode_texts(row));
    add(format::kRejects, rejects.size(), out.take());
  }

  [[nodiscard]] Body finish() {
    Writer out;
    std::vector<std::int64_t> first, second;
    for (const auto& id : uuids_.values()) {
      first.push_back(half_of(id, 0));
      second.push_back(half_of(id, 8));
    }
    out.number(static_cast<std::uint64_t>(first.size()));
    out.numbers(first);
    out.numbers(second);
    out.add(std::move(tables_));
    return {std::move(sections_), out.take()};
  }

 private:
  void add(std::string_view name, std::size_t rows, Pieces bytes) {
    sections_.push_back({std::string(name), rows, bytes.size()});
    tables_.add(std::move(bytes));
  }

  Uuids uuids_;
  std::vector<Section> sections_;
  Pieces tables_;
};

}  // namespace

std::uint8_t type_code(Type type) {
  const auto* found = std::find_if(kTypeCodes.begin(), kTypeCodes.end(),
                                   [type](const auto& pair) { return pair.first == type; });
  return found->second;
}

Body encode_body(const Batch& batch) {
  BodyWriter out;
  for (std::size_t table = 0; table < tables::kTableCount; ++table) {
    const Rows& rows = batch.tables[table];
    out.add(rows, table, {0, rows.size()});
  }
  out.add(batch.rejects);
  return out.finish();
}

Body encode_body(const Batch& batch, std::size_t table, std::size_t row) {
  BodyWriter out;
  out.add(batch.tables[table], table, {row, row + 1});
  return out.finish();
}

Body encode_body(const Reject& reject) {
  BodyWriter out;
  out.add(std::span(&reject, 1));
  return out.finish();
}

}  // namespace edo::batch
