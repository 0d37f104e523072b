#include "tools/server/model/model.hpp"

#include <algorithm>

#include "tools/server/language/find_by_name.hpp"

namespace edo::model {

bool Function::takes_arguments() const {
  return std::any_of(arguments.begin(), arguments.end(), [](const FunctionArgument& argument) {
    return argument.source == FunctionArgument::Source::client;
  });
}

const Column* Table::find_column(std::string_view graphql_name) const {
  return language::find_by_name(columns, graphql_name);
}

const Relationship* Table::find_relationship(std::string_view graphql_name) const {
  return language::find_by_name(relationships, graphql_name);
}

const ComputedField* Table::find_computed_field(std::string_view graphql_name) const {
  return language::find_by_name(computed_fields, graphql_name);
}

const Permission* Table::permission_of(const std::string& role) const {
  const auto found = permissions.find(role);
  return found == permissions.end() ? nullptr : &found->second;
}

const Table* Model::find_table(std::string_view graphql_name) const {
  const auto found =
      std::lower_bound(tables.begin(), tables.end(), graphql_name,
                       [](const auto& table, std::string_view name) { return table->name < name; });
  return found == tables.end() || (*found)->name != graphql_name ? nullptr : found->get();
}

}  // namespace edo::model
