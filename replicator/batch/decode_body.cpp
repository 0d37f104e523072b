#include <limits>
#include <unordered_map>

#include "edo/error.hpp"
#include "replicator/batch/body.hpp"
#include "replicator/batch/format.hpp"
#include "replicator/batch/wire.hpp"

namespace edo::batch {
namespace {

using base::Uuid;
using tables::Type;

[[noreturn]] void damaged(const std::string& what) {
  throw Error(ErrorKind::corrupt, "decode", "a batch", what);
}

// The reverse of encoding: the first byte is the highest.
void put_half(Uuid& id, std::size_t from, std::int64_t half) {
  auto value = static_cast<std::uint64_t>(half);
  for (std::size_t i = from + 8; i-- > from; value >>= 8) id[i] = static_cast<std::uint8_t>(value);
}

// What decoding may still allocate.
class Budget {
 public:
  explicit Budget(std::uint64_t bytes) : left_(bytes), all_(bytes) {}
  void take(std::uint64_t count, std::uint64_t each) {
    if (each > 0 && count > left_ / each) {
      throw Error(ErrorKind::refused, "decode", "a batch",
                  "it needs more memory than the limit of " + std::to_string(all_ >> 20) + " MiB");
    }
    left_ -= count * each;
  }

 private:
  std::uint64_t left_;
  std::uint64_t all_;
};

std::vector<Uuid> read_uuids(Reader& in, Budget& budget) {
  const auto count = in.number<std::uint64_t>();
  budget.take(count, sizeof(Uuid) + 4 * sizeof(std::int64_t));
  const auto first = in.numbers(static_cast<std::size_t>(count));
  const auto second = in.numbers(static_cast<std::size_t>(count));
  std::vector<Uuid> uuids(first.size());
  for (std::size_t i = 0; i < uuids.size(); ++i) {
    put_half(uuids[i], 0, first[i]);
    put_half(uuids[i], 8, second[i]);
  }
  return uuids;
}

void check_number(Type type, std::int64_t value) {
  using Integer = std::numeric_limits<std::int32_t>;
  static const auto kFirst = base::parse_timestamp("0001-01-01T00:00:00Z").value();
  static const auto kLast = base::parse_timestamp("9999-12-31T23:59:59.999999Z").value();
  const auto within = [value](std::int64_t low, std::int64_t high) {
    if (value < low || value > high) damaged("a value does not fit the type of its column");
  };
  if (type == Type::integer) within(Integer::min(), Integer::max());
  if (type == Type::boolean) within(0, 1);
  if (type == Type::timestamp) within(kFirst, kLast);
}

template <typename Value>
const Value& at(const std::vector<Value>& values, std::int64_t place) {
  if (place < 0 || place >= std::ssize(values)) damaged("it refers to a value that does not exist");
  return values[static_cast<std::size_t>(place)];
}

std::vector<std::string_view> read_distinct_texts(Reader& in, std::size_t count, Budget& budget) {
  budget.take(count, sizeof(std::string_view) + 2 * sizeof(std::int64_t));
  std::vector<std::string_view> texts;
  texts.reserve(count);
  for (const auto size : in.numbers(count)) {
    // A negative count becomes a huge one and is refused.
    texts.push_back(in.bytes(static_cast<std::uint64_t>(size)));
  }
  return texts;
}

Column null_column(Type type, std::size_t rows, Budget& budget) {
  budget.take(rows, sizeof(Uuid) + 1);
  Column column(type);
  column.reserve(rows);
  for (std::size_t row = 0; row < rows; ++row) column.add_null();
  return column;
}

// The values of a block, in the order of their rows.
class BlockReader {
 public:
  BlockReader(std::string_view block, bool textual, std::size_t rows, Budget& budget) : in_(block) {
    nulls_ = in_.bytes((rows + 7) / 8);
    std::size_t present = 0;
    for (std::size_t row = 0; row < rows; ++row) present += is_null(row) ? 0 : 1;
    budget.take(rows, sizeof(Uuid) + 1);
    const auto distinct = textual ? in_.number<std::uint64_t>() : 0;
    if (distinct > present) damaged("a column has more distinct texts than rows");
    numbers_ = in_.numbers(present);
    if (textual) read_texts(distinct, budget);
  }

  [[nodiscard]] bool is_null(std::size_t row) const {
    return ((nulls_[row / 8] >> (row % 8)) & 1) != 0;
  }
  [[nodiscard]] std::int64_t number() { return numbers_[next_++]; }
  [[nodiscard]] std::string_view text() { return at(texts_, number()); }
  // The texts of all rows.
  [[nodiscard]] std::size_t text_bytes() const noexcept { return text_bytes_; }

 private:
  void read_texts(std::size_t distinct, Budget& budget) {
    texts_ = read_distinct_texts(in_, distinct, budget);
    for (const auto number : numbers_) {
      const auto size = at(texts_, number).size();
      budget.take(size, 1);
      text_bytes_ += size;
    }
  }

  Reader in_;
  std::string_view nulls_;
  std::vector<std::int64_t> numbers_;
  std::vector<std::string_view> texts_;
  std::size_t text_bytes_ = 0;
  std::size_t next_ = 0;
};

Column decode_column(std::string_view block, Type type, std::size_t rows,
                     const std::vector<Uuid>& uuids, Budget& budget) {
  const bool textual = type == Type::text || type == Type::json;
  BlockReader in(block, textual, rows, budget);
  Column column(type);
  column.reserve(rows, in.text_bytes());
  for (std::size_t row = 0; row < rows; ++row) {
    if (in.is_null(row)) {
      column.add_null();
    } else if (textual) {
      column.add(in.text());
    } else if (type == Type::uuid) {
      column.add(at(uuids, in.number()));
    } else {
      const std::int64_t number = in.number();
      check_number(type, number);
      column.add(number);
    }
  }
  return column;
}

// An encoded table, whose columns are found by name.
class TableReader {
 public:
  TableReader(std::string_view bytes, std::size_t rows, const std::vector<Uuid>& uuids,
              Budget& budget)
      : rows_(rows), uuids_(uuids), budget_(budget) {
    Reader in(bytes);
    budget_.take(rows, 3 * sizeof(std::int64_t));
    versions_ = in.numbers(rows);
    for (auto left = in.number<std::uint32_t>(); left > 0; --left) {
      const auto name = in.string();
      const auto code = in.number<std::uint8_t>();
      budget_.take(1, kBlockBytes);
      blocks_[name] = {code, in.bytes(in.number<std::uint64_t>())};
    }
  }

  [[nodiscard]] std::vector<std::int64_t> versions() const { return versions_; }
  [[nodiscard]] Column column(std::string_view name, Type type) const {
    const auto* block = find(name, type);
    if (block == nullptr) return null_column(type, rows_, budget_);
    return decode_column(block->bytes, type, rows_, uuids_, budget_);
  }
  // Passes each text of a column to `take`, with its row.
  template <typename Take>
  void texts(std::string_view name, Take take) const {
    const auto* block = find(name, Type::text);
    if (block == nullptr) return;
    BlockReader in(block->bytes, true, rows_, budget_);
    for (std::size_t row = 0; row < rows_; ++row) {
      if (!in.is_null(row)) take(row, in.text());
    }
  }

 private:
  struct Block {
    std::uint8_t code = 0;
    std::string_view bytes;
  };
  static constexpr std::uint64_t kBlockBytes = 128;  // approximate memory of one entry of the map

  [[nodiscard]] const Block* find(std::string_view name, Type type) const {
    const auto found = blocks_.find(name);
    if (found == blocks_.end()) return nullptr;
    if (found->second.code != type_code(type)) {
      damaged("column " + std::string(name) + " has another type");
    }
    return &found->second;
  }

  std::size_t rows_;
  const std::vector<Uuid>& uuids_;
  Budget& budget_;
  std::vector<std::int64_t> versions_;
  std::unordered_map<std::string_view, Block> blocks_;
};

Rows decode_rows(const TableReader& in, std::size_t table) {
  Rows rows;
  rows.versions = in.versions();
  for (const auto& field : fields(table)) {
    rows.columns.push_back(in.column(field.name, field.type));
  }
  for (std::size_t row = 0; row < rows.size(); ++row) {
    if (rows.columns.front().is_null(row)) damaged("a row has no id");
  }
  return rows;
}

std::vector<Reject> decode_rejects(const TableReader& in, Budget& budget) {
  const auto versions = in.versions();
  budget.take(versions.size(), sizeof(Reject));
  std::vector<Reject> rejects(versions.size());
  for (std::size_t i = 0; i < versions.size(); ++i) rejects[i].version = versions[i];
  in.texts(format::kRejectTable,
           [&](auto i, auto text) { rejects[i].table = tables::table_index(text); });
  in.texts(format::kRejectId, [&](auto i, auto text) { rejects[i].id = text; });
  in.texts(format::kRejectError, [&](auto i, auto text) { rejects[i].error = text; });
  in.texts(format::kRejectRow, [&](auto i, auto text) { rejects[i].row = text; });
  // The columns of a table that this program does not know.
  std::erase_if(rejects, [](const Reject& it) { return it.table == tables::kTableCount; });
  return rejects;
}

}  // namespace

void decode_body(std::string_view bytes, std::span<const Section> sections,
                 const DecodeLimits& limits, Batch& batch) {
  std::uint64_t rows_left = limits.rows;
  for (const auto& section : sections) {
    if (section.rows > rows_left) {
      throw Error(ErrorKind::refused, "decode", "a batch",
                  "it has more rows than the limit of " + std::to_string(limits.rows));
    }
    rows_left -= section.rows;
  }
  Budget budget(limits.bytes);
  Reader in(bytes);
  const auto uuids = read_uuids(in, budget);
  for (const auto& section : sections) {
    const auto section_bytes = in.bytes(section.bytes);
    const std::size_t table = tables::table_index(section.name);
    const bool rejects = section.name == format::kRejects;
    if (!rejects && table == tables::kTableCount) continue;
    const TableReader reader(section_bytes, section.rows, uuids, budget);
    if (rejects) {
      batch.rejects = decode_rejects(reader, budget);
    } else {
      batch.tables[table] = decode_rows(reader, table);
    }
  }
}

}  // namespace edo::batch
