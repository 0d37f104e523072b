// Builds the types of one role from the model. Their names and descriptions are Hasura's.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "tools/server/schema/schema.hpp"
#include "tools/server/schema/visible.hpp"

namespace edo::schema {

class SchemaBuilder {
 public:
  SchemaBuilder(const model::Model& model, const std::string& role);
  [[nodiscard]] Schema build();

 private:
  // row_types.cpp: the root fields, and the fields of a row.
  void add_root_fields(const model::Table& table);
  void add_function(const model::TrackedFunction& function);
  void add_row(const model::Table& table);
  [[nodiscard]] std::vector<InputField> row_arguments(const model::Table& table);
  // With what the client gives to the function.
  [[nodiscard]] std::vector<InputField> with_call(std::vector<InputField> arguments,
                                                  const model::Function& function,
                                                  const std::string& what);
  void add_select_column(const model::Table& table);
  void add_stream(const model::Table& table);

  // condition_types.cpp: <t>_bool_exp and the comparisons of each type.
  void add_bool_exp(const model::Table& table);
  void add_aggregate_bool_exp(const model::Table& table);
  std::string comparison(model::ScalarType type, const std::string& graphql_type);

  // order_types.cpp: <t>_order_by.
  void add_order_by(const model::Table& table);
  void add_aggregate_order_by(const model::Table& table);

  // aggregate_types.cpp: <t>_aggregate.
  void add_aggregate(const model::Table& table);
  void add_aggregate_fields(const model::Table& table);

  [[nodiscard]] Visible visible(const model::Table& table) const { return {table, schema_.role}; }
  [[nodiscard]] std::vector<const model::Column*> columns_of(const model::Table& table) const;
  // For conditions, orders and aggregates, which give a function no arguments, if `plain`.
  [[nodiscard]] std::vector<const model::ComputedField*> computed_fields_of(
      const model::Table& table, bool plain = true) const;
  // To tables that the role may see.
  [[nodiscard]] std::vector<const model::Relationship*> relationships_of(const model::Table& table,
                                                                         bool plain = true) const;
  // Adds the type by its name, and its scalar if it is one.
  Type& add(TypeKind kind, std::string name, std::string description);
  language::TypeReference scalar(const std::string& graphql_type);

  Schema schema_;
};

// The columns that an aggregate function other than count accepts.
[[nodiscard]] std::vector<const model::Column*> numeric_columns(
    const std::vector<const model::Column*>& columns);
[[nodiscard]] std::vector<const model::Column*> comparable_columns(
    const std::vector<const model::Column*>& columns, const Schema& schema);

// sum, avg, stddev … accept numbers; max and min accept what can be compared.
inline constexpr const char* kNumericAggregates[] = {"avg", "stddev",  "stddev_pop", "stddev_samp",
                                                     "sum", "var_pop", "var_samp",   "variance"};
inline constexpr const char* kComparingAggregates[] = {"max", "min"};

}  // namespace edo::schema
