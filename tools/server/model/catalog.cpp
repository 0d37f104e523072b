#include "tools/server/model/catalog.hpp"

#include <algorithm>

namespace edo::model {

bool Catalog::is_same(const TableName& one, const TableName& other) const {
  return one.name == other.name && (!has_schemas || one.schema == other.schema);
}

const CatalogTable* Catalog::find_table(const TableName& name) const {
  const auto found = std::find_if(tables.begin(), tables.end(),
                                  [&](const auto& table) { return is_same(table.name, name); });
  return found == tables.end() ? nullptr : &*found;
}

std::vector<const CatalogFunction*> Catalog::find_functions(const TableName& name) const {
  std::vector<const CatalogFunction*> found;
  for (const auto& function : functions) {
    if (is_same(function.name, name)) found.push_back(&function);
  }
  return found;
}

const CatalogFunction* Catalog::find_function(const TableName& name, const TableName& table,
                                              const std::string& argument) const {
  const auto takes_row = [&](const CatalogArgument& candidate) {
    return candidate.row_of && is_same(*candidate.row_of, table) &&
           (argument.empty() || !has_schemas || candidate.name == argument);
  };
  for (const auto* function : find_functions(name)) {
    const auto& arguments = function->arguments;
    if (std::any_of(arguments.begin(), arguments.end(), takes_row)) return function;
  }
  return nullptr;
}

}  // namespace edo::model
