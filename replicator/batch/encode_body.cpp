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
  // The last bytes are random in every version that is made today.
  std::size_t operator()(const Uuid& id) const noexcept {
    std::size_t hash = 0;
    std::memcpy(&hash, id.data() + id.size() - sizeof hash, sizeof hash);
    return hash;
  }
};

// Distinct values in the order in which they first came, and the place of each there.
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

// All UUIDs of a batch: a row's own id comes again as the parent of others.
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
  for (const auto text : distinct.values()) out.bytes(text);
}

std::string encode_column(const Column& column, Uuids& uuids) {
  Writer out;
  std::string nulls((column.size() + 7) / 8, '\0');
  std::vector<std::int64_t> numbers;
  std::vector<std::string_view> texts;
  for (std::size_t row = 0; row < column.size(); ++row) {
    if (column.is_null(row)) {
      nulls[row / 8] = static_cast<char>(nulls[row / 8] | (1 << (row % 8)));
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

// Rows of one table on their way to bytes.
class TableWriter {
 public:
  TableWriter(std::span<const std::int64_t> versions, std::size_t columns, Uuids& uuids)
      : uuids_(uuids) {
    out_.numbers(versions);
    out_.number(static_cast<std::uint32_t>(columns));
  }
  void add(std::string_view name, const Column& column) {
    const std::string block = encode_column(column, uuids_);
    out_.string(name);
    out_.number(type_code(column.type()));
    out_.number(static_cast<std::uint64_t>(block.size()));
    out_.bytes(block);
  }
  [[nodiscard]] std::string take() { return out_.take(); }

 private:
  Uuids& uuids_;
  Writer out_;
};

std::string encode_rows(const Rows& rows, std::size_t table, Uuids& uuids) {
  const auto fields = batch::fields(table);
  TableWriter out(rows.versions, fields.size(), uuids);
  for (std::size_t i = 0; i < fields.size(); ++i) out.add(fields[i].name, rows.columns[i]);
  return out.take();
}

std::string encode_rejects(const std::vector<Reject>& rejects, Uuids& uuids) {
  std::vector<std::int64_t> versions;
  Column table(Type::text), id(Type::text), error(Type::text), row(Type::text);
  for (const auto& reject : rejects) {
    versions.push_back(reject.version);
    table.add(tables::tables().at(reject.table).name);
    id.add(reject.id);
    error.add(reject.error);
    row.add(reject.row);
  }
  TableWriter out(versions, 4, uuids);
  out.add(format::kRejectTable, table);
  out.add(format::kRejectId, id);
  out.add(format::kRejectError, error);
  out.add(format::kRejectRow, row);
  return out.take();
}

}  // namespace

std::uint8_t type_code(Type type) {
  const auto* found = std::find_if(kTypeCodes.begin(), kTypeCodes.end(),
                                   [type](const auto& pair) { return pair.first == type; });
  return found->second;
}

Body encode_body(const Batch& batch) {
  Uuids uuids;
  Body body;
  std::string tables;
  const auto add = [&](std::string_view name, std::size_t rows, const std::string& bytes) {
    body.sections.push_back({std::string(name), rows, bytes.size()});
    tables += bytes;
  };
  for (std::size_t table = 0; table < tables::kTableCount; ++table) {
    const Rows& rows = batch.tables[table];
    if (rows.size() > 0) {
      add(tables::tables()[table].name, rows.size(), encode_rows(rows, table, uuids));
    }
  }
  if (!batch.rejects.empty()) {
    add(format::kRejects, batch.rejects.size(), encode_rejects(batch.rejects, uuids));
  }
  Writer out;
  std::vector<std::int64_t> first, second;
  for (const auto& id : uuids.values()) {
    first.push_back(half_of(id, 0));
    second.push_back(half_of(id, 8));
  }
  out.number(static_cast<std::uint64_t>(first.size()));
  out.numbers(first);
  out.numbers(second);
  out.bytes(tables);
  body.bytes = out.take();
  return body;
}

}  // namespace edo::batch
