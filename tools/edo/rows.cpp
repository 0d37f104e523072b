#include "tools/edo/rows.hpp"

#include "base/text.hpp"

namespace edo::cli {
namespace {

struct TooDeep {};

// The recorder accepts no document that fails here, but other programs may write to the file.
Json document(std::string text) {
  try {
    return Json::parse(text, [](int depth, Json::parse_event_t, Json&) {
      if (depth > static_cast<int>(base::kMaxJsonDepth)) throw TooDeep{};
      return true;
    });
  } catch (const Json::exception&) {
    return text;
  } catch (const TooDeep&) {
    return text;
  }
}

Json value(tables::Type type, const SQLite::Column& column) {
  if (column.isNull()) return nullptr;
  switch (type) {
    case tables::Type::integer:
      return column.getInt64();
    case tables::Type::boolean:
      return column.getInt64() != 0;
    case tables::Type::json:
      return document(column.getString());
    case tables::Type::uuid:
    case tables::Type::uuid_like:
    case tables::Type::text:
    case tables::Type::timestamp:
      break;
  }
  return column.getString();
}

}  // namespace

std::string select_list(const tables::Table& table, std::string_view alias) {
  std::string list;
  for (const auto& column : table.columns) {
    if (!list.empty()) list += ", ";
    list.append(alias).append(".").append(column.name);
  }
  return list;
}

Json row_json(const tables::Table& table, SQLite::Statement& row, int first) {
  Json object = Json::object();
  int index = first;
  for (const auto& column : table.columns) {
    object.emplace(column.name, value(column.type, row.getColumn(index++)));
  }
  return object;
}

std::string dump(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace edo::cli
