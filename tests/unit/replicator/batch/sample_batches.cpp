#include "sample_batches.hpp"

#include <tuple>

namespace edo::testing {
namespace {

using batch::Batch;
using tables::Type;

// The same in every run, so that the golden files can be made again.
base::Uuid uuid_of(std::uint8_t kind, std::uint8_t row) {
  base::Uuid id = base::parse_uuid("01a203e0-b55b-7f51-8000-000000000000").value();
  id[9] = kind;
  id[14] = 0xff;
  id[15] = row;
  return id;
}

void add_value(batch::Column& column, std::size_t field, std::size_t table, std::uint8_t row) {
  const auto number = static_cast<std::int64_t>(field * 1000 + row);
  switch (column.type()) {
    case Type::uuid:
      column.add(uuid_of(static_cast<std::uint8_t>(field == 0 ? table : field), row));
      break;
    case Type::timestamp:
      // One of them long before 1970.
      column.add(row == 1 ? -62'135'596'800'000'000 : 1'767'225'600'000'000 + number * 1'000'001);
      break;
    case Type::integer:
      column.add(row == 1 ? std::int64_t{-2'147'483'648} : number);
      break;
    case Type::boolean:
      column.add(std::int64_t{row % 2});
      break;
    case Type::json:
      column.add(
          std::string_view(R"({"note": "tab\t ünïcödé 🚚", "price": 12.50, "tags": [null]})"));
      break;
    default:
      column.add(row == 1 ? std::string_view() : std::string_view("Ärger \"mit\" \\ Zeichen\n🚚"));
      break;
  }
}

auto as_tuple(const batch::Reject& reject) {
  return std::tie(reject.table, reject.id, reject.version, reject.error, reject.row);
}

bool equal(const batch::Column& one, const batch::Column& two) {
  if (one.type() != two.type() || one.size() != two.size()) return false;
  for (std::size_t row = 0; row < one.size(); ++row) {
    if (one.is_null(row) != two.is_null(row)) return false;
    if (one.is_null(row)) continue;
    switch (one.type()) {
      case Type::uuid:
        if (one.uuid(row) != two.uuid(row)) return false;
        break;
      case Type::text:
      case Type::json:
        if (one.text(row) != two.text(row)) return false;
        break;
      default:
        if (one.number(row) != two.number(row)) return false;
        break;
    }
  }
  return true;
}

}  // namespace

Batch rich_batch() {
  Batch batch;
  batch.store_id = base::parse_uuid("0190a6f2-7c1b-7d3e-8f00-112233445566").value();
  batch.host_label = "edge 7, Zürich";
  batch.schema_version = 1;
  batch.first_seq = 101;
  batch.last_seq = 140;
  batch.sent_at = 1'767'225'600'123'456;
  batch.backlog = 77;
  std::int64_t version = 100;
  for (std::size_t table = 0; table < tables::kTableCount; ++table) {
    auto& rows = batch.tables[table];
    for (std::uint8_t row = 0; row < 3; ++row) {
      rows.versions.push_back(version += 3);
      for (std::size_t field = 0; field < rows.columns.size(); ++field) {
        // The last row has nothing but its id.
        if (row == 2 && field > 0) {
          rows.columns[field].add_null();
        } else {
          add_value(rows.columns[field], field, table, row);
        }
      }
    }
  }
  batch.rejects = {
      {0, "no uuid", 139, "id is \"no uuid\", which is no UUID", R"({"id": "no uuid"})"},
      {3, "01a203e0-b55b-7f51-8003-00000000ff09", 140, "line_number is too large",
       R"({"line_number": 4294967296})"}};
  return batch;
}

bool equal(const Batch& one, const Batch& two) {
  const auto header = [](const Batch& batch) {
    return std::tie(batch.store_id, batch.host_label, batch.schema_version, batch.first_seq,
                    batch.last_seq, batch.sent_at, batch.backlog);
  };
  if (header(one) != header(two) || one.rejects.size() != two.rejects.size()) return false;
  for (std::size_t i = 0; i < one.rejects.size(); ++i) {
    if (as_tuple(one.rejects[i]) != as_tuple(two.rejects[i])) return false;
  }
  for (std::size_t table = 0; table < tables::kTableCount; ++table) {
    const auto& rows = one.tables[table];
    if (rows.versions != two.tables[table].versions) return false;
    for (std::size_t field = 0; field < rows.columns.size(); ++field) {
      if (!equal(rows.columns[field], two.tables[table].columns[field])) return false;
    }
  }
  return true;
}

}  // namespace edo::testing
