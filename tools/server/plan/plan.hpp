// A checked operation: names, types, permissions, variables and limits are valid. It refers to the
// model's columns and has no SQL. Values are bound, never part of the SQL, so two requests that
// differ only in values give the same statement. Permission filters are part of `where`.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "tools/server/model/model.hpp"

namespace edo::plan {

// One value to bind: JSON as the client sent it (a bigint or numeric may be a number or a string),
// checked against the type that it is compared with.
struct Bound {
  nlohmann::json value;
  model::ScalarType type = model::ScalarType::text;
  std::string sql_type;
};

enum class Operator {
  eq,
  neq,
  gt,
  gte,
  lt,
  lte,
  in,
  nin,      // the operand is an array
  is_null,  // the operand is a bool
  like,
  nlike,
  ilike,
  nilike,
  similar,
  nsimilar,
  regex,
  nregex,
  iregex,
  niregex,
  contains,
  contained_in,
  has_key,
  has_keys_any,
  has_keys_all,
};

// The left side of a comparison, or a sort key: a column or a computed field of the current row.
using Operand = std::variant<const model::Column*, const model::ComputedField*>;

enum class AggregateFunction {
  count,
  sum,
  avg,
  min,
  max,
  stddev,
  stddev_pop,
  stddev_samp,
  var_pop,
  var_samp,
  variance,
  // Only in conditions.
  bool_and,
  bool_or,
  corr,
  covar_samp,
};

struct BoolExp;

struct Compare {
  Operand left;
  bool as_text = false;  // _cast: {String: …} of a jsonb
  Operator op = Operator::eq;
  Bound right;
};
// left `op` another column, of the same row or (root) of the row the permission is about: _ceq …
struct CompareColumns {
  const model::Column* left = nullptr;
  Operator op = Operator::eq;
  const model::Column* right = nullptr;
  bool right_is_root = false;
};
struct And {
  std::vector<BoolExp> all;  // empty: true
};
struct Or {
  std::vector<BoolExp> any;  // empty: false
};
struct Not {
  std::unique_ptr<BoolExp> what;
};
// Whether `where` is true for some row of the relationship.
struct ExistsRelated {
  const model::Relationship* relationship = nullptr;
  std::unique_ptr<BoolExp> where;
  std::unique_ptr<BoolExp> permission;  // the role's filter on the remote table; null: none
};
// Whether `where` is true for some row of the table: _exists of a permission.
struct ExistsAnywhere {
  const model::Table* table = nullptr;
  std::unique_ptr<BoolExp> where;
};
// rel_aggregate: {count: {arguments, distinct, filter, predicate}} and so on.
struct CompareAggregate {
  const model::Relationship* relationship = nullptr;
  AggregateFunction function = AggregateFunction::count;
  std::vector<const model::Column*> columns;  // of count: none means rows; of corr: X and Y
  bool distinct = false;
  std::unique_ptr<BoolExp> filter;      // null: none
  std::unique_ptr<BoolExp> permission;  // the role's filter on the remote table; null: none
  std::vector<std::pair<Operator, Bound>> predicate;  // all must hold
};

struct BoolExp {
  std::variant<And, Or, Not, Compare, CompareColumns, ExistsRelated, ExistsAnywhere,
               CompareAggregate>
      kind;
};

struct AggregateOrder {
  const model::Relationship* relationship = nullptr;
  AggregateFunction function = AggregateFunction::count;
  const model::Column* column = nullptr;  // null for count
  std::unique_ptr<BoolExp> permission;
};

// One step over an object relationship. A row that the role may not see counts as missing.
struct OrderStep {
  const model::Relationship* relationship = nullptr;
  std::unique_ptr<BoolExp> permission;  // null: none
};

struct OrderBy {
  std::vector<OrderStep> through;  // object relationships from the row to the value
  std::variant<const model::Column*, const model::ComputedField*, AggregateOrder> what;
  bool descending = false;
  bool nulls_first = false;
};

// What the client gives to a function. An argument with a default may be missing.
using GivenArguments = std::vector<std::pair<const model::FunctionArgument*, Bound>>;

// The rows of a field, before `aggregate` and `nodes`.
struct Rows {
  const model::Table* table = nullptr;
  const model::Function* function = nullptr;  // that returns them; null: the table's own
  GivenArguments given;
  BoolExp where;  // And{} if there is none
  std::vector<OrderBy> order_by;
  std::vector<const model::Column*> distinct_on;
  std::optional<std::uint64_t> limit;
  std::optional<std::uint64_t> offset;
};

struct RowField;

struct ColumnField {
  const model::Column* column = nullptr;
  std::optional<std::vector<std::string>> json_path;  // keys and indexes; absent: the whole value
};
struct ComputedFieldUse {
  const model::ComputedField* field = nullptr;
  std::optional<std::vector<std::string>> json_path;
  GivenArguments given;
};
struct ObjectField {
  const model::Relationship* relationship = nullptr;
  BoolExp where;  // the role's filter on the remote table
  std::vector<RowField> fields;
};
struct ArrayField {
  const model::Relationship* relationship = nullptr;
  Rows rows;
  std::vector<RowField> fields;
};
struct Typename {
  std::string name;
};

// count, or one line of {sum {column …}}; response keys are those the client chose.
struct CountField {
  std::vector<const model::Column*> columns;
  bool distinct = false;
};
struct ColumnAggregates {
  AggregateFunction function = AggregateFunction::sum;
  // response key → value of a row, or the __typename
  std::vector<std::pair<std::string, std::variant<Operand, Typename>>> fields;
};
struct AggregateField {
  std::string key;
  std::variant<CountField, ColumnAggregates, Typename> kind;
};
using AggregateFields = std::vector<AggregateField>;

struct NodesField {
  std::vector<RowField> fields;
  std::optional<std::uint64_t> limit;  // the role's limit, which does not apply to the aggregate
};
struct GroupKeyField {
  std::string key;
  std::variant<const model::Column*, Typename> kind;
};
struct GroupByField {
  std::vector<const model::Column*> keys;
  // response key → part of the group
  std::vector<
      std::pair<std::string, std::variant<std::vector<GroupKeyField>, AggregateFields, Typename>>>
      fields;
};
struct AggregatePart {
  std::string key;
  std::variant<AggregateFields, NodesField, GroupByField, Typename> kind;
};
struct AggregateSelection {
  Rows rows;
  std::vector<AggregatePart> parts;
};
struct AggregateRelationField {
  const model::Relationship* relationship = nullptr;
  AggregateSelection selection;
};

struct RowField {
  std::string key;  // in the response
  std::variant<ColumnField, ComputedFieldUse, ObjectField, ArrayField, AggregateRelationField,
               Typename>
      kind;
};

struct ManyRows {
  Rows rows;
  std::vector<RowField> fields;
};
// By primary key: one row or null.
struct OneRow {
  Rows rows;
  std::vector<RowField> fields;
};
// <t>_stream: rows beyond the cursor, in its order, at most batch_size. Its statement also yields
// the cursor's new value.
struct Stream {
  Rows rows;
  std::vector<RowField> fields;
  // The cursor: the column that the client named, then the primary key, which distinguishes rows
  // with equal values and is null before the first row.
  std::vector<std::pair<const model::Column*, Bound>> cursor;
  bool descending = false;
  std::uint64_t batch_size = 0;
};
// Known without the database: __typename of the root, __schema, __type.
struct Constant {
  std::string json;
};

struct RootField {
  std::string key;
  std::variant<ManyRows, OneRow, AggregateSelection, Stream, Constant> kind;
};

// The condition under which the role sees a value: `shown_if` of a column or a computed field of
// the table. Throws RequestError if a session variable is missing.
using ShownIf = std::function<BoolExp(const model::Table& table, const nlohmann::json& filter)>;

struct Plan {
  bool is_subscription = false;
  std::vector<RootField> fields;
  ShownIf shown_if;
  std::string session;  // its variables as JSON, for functions that take them
};

}  // namespace edo::plan
