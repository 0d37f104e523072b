#include "tools/server/model/catalog.hpp"

#include <algorithm>

namespace edo::model {
namespace {

bool is_same(const TableName& left, const TableName& right, bool has_schemas) {
  return left.name == right.name && (!has_schemas || left.schema == right.schema);
}

}  // namespace

const CatalogTable* Catalog::find_table(const TableName& name) const {
  const auto found = std::find_if(tables.begin(), tables.end(), [&](const auto& table) {
    return is_same(table.name, name, has_schemas);
  });
  return found == tables.end() ? nullptr : &*found;
}

const CatalogFunction* Catalog::find_function(const TableName& name, const TableName& table) const {
  const auto found = std::find_if(functions.begin(), functions.end(), [&](const auto& function) {
    return is_same(function.name, name, has_schemas) && is_same(function.table, table, has_schemas);
  });
  return found == functions.end() ? nullptr : &*found;
}

}  // namespace edo::model
