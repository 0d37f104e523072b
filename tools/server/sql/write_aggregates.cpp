#include "tools/server/sql/compiler.hpp"

#include <algorithm>

namespace edo::sql {
namespace {

// The type of a result. If it is not the column's own type, it is Float or a sum of whole numbers;
// such a result is text only if the column's own values would be.
model::ScalarType result_type(plan::AggregateFunction function, model::ScalarType type) {
  switch (function) {
    case plan::AggregateFunction::sum:
    case plan::AggregateFunction::min:
    case plan::AggregateFunction::max:
      return type;
    default:
      if (type == model::ScalarType::integer) return model::ScalarType::float4;
      return type == model::ScalarType::numeric ? model::ScalarType::float8 : type;
  }
}

bool is_known(const plan::AggregateField& field) {
  if (const auto* columns = std::get_if<plan::ColumnAggregates>(&field.kind)) {
    return std::all_of(columns->fields.begin(), columns->fields.end(), [](const auto& member) {
      return std::holds_alternative<plan::Typename>(member.second);
    });
  }
  return std::holds_alternative<plan::Typename>(field.kind);
}

// Whether a result needs no rows: it consists of __typename.
bool is_known(const plan::AggregateFields& fields) {
  return std::all_of(fields.begin(), fields.end(),
                     [](const plan::AggregateField& field) { return is_known(field); });
}

std::string in_place(const Aggregate& aggregate) { return aggregate.sql; }

// The columns of a grouping, each once. Functions return the name outside.
class Grouping {
 public:
  explicit Grouping(std::string alias) : alias_(std::move(alias)) {}

  [[nodiscard]] std::string key(const GroupKey& key) { return name(".k", keys_, key); }
  [[nodiscard]] std::string aggregate(const Aggregate& made) {
    return name(".a", aggregates_, made);
  }
  [[nodiscard]] std::string from(const Dialect& dialect, const std::string& rows) const {
    return " FROM (" + dialect.grouped(keys_, aggregates_, rows) + ") " + alias_;
  }

 private:
  template <class Column>
  std::string name(const char* kind, std::vector<Column>& columns, const Column& column) const {
    auto found = std::find_if(columns.begin(), columns.end(),
                              [&](const Column& known) { return known.sql == column.sql; });
    if (found == columns.end()) found = columns.insert(columns.end(), column);
    return alias_ + kind + std::to_string(found - columns.begin());
  }

  std::string alias_;
  std::vector<GroupKey> keys_;
  std::vector<Aggregate> aggregates_;
};

}  // namespace

Aggregate Compiler::aggregate_of(plan::AggregateFunction function, const plan::Operand& what,
                                 Row& row, bool distinct) {
  const auto type = std::visit([](const auto* operand) { return operand->type; }, what);
  const bool compares =
      function == plan::AggregateFunction::min || function == plan::AggregateFunction::max;
  std::string value = compares ? sortable(what, row) : comparable(what, row);
  // Postgres has no min(uuid), but min of their texts.
  if (type == model::ScalarType::uuid) value = "CAST(" + value + " AS text)";
  const std::string sql = dialect_.aggregate(function, type, value, distinct);
  return {function, value, type, distinct, sql};
}

std::string Compiler::aggregate_of(const plan::CompareAggregate& compare, Source& rows) {
  Row& row = rows.inside();
  if (compare.function == plan::AggregateFunction::count) {
    return "SELECT " + count(compare.columns, compare.distinct, row).sql + rows.from();
  }
  if (compare.columns.size() == 1) {
    const auto made =
        aggregate_of(compare.function, compare.columns.front(), row, compare.distinct);
    return "SELECT " + made.sql + rows.from();
  }
  const auto number = [&](const model::Column* column) {
    return dialect_.comparable({model::ScalarType::float8, false, {}}, stored(column, row));
  };
  // SQLite has DISTINCT only for aggregates of one value.
  const std::string pairs = std::string("SELECT ") + (compare.distinct ? "DISTINCT " : "") +
                            number(compare.columns[0]) + " AS x, " + number(compare.columns[1]) +
                            " AS y" + rows.from();
  return "SELECT " +
         dialect_.aggregate(compare.function, model::ScalarType::integer, "pair.x, pair.y") +
         " FROM (" + pairs + ") pair";
}

std::string Compiler::sortable_result(plan::AggregateFunction function, const model::Column& column,
                                      const std::string& sql) {
  const bool keeps_type =
      function == plan::AggregateFunction::min || function == plan::AggregateFunction::max ||
      (function == plan::AggregateFunction::sum && column.type == model::ScalarType::integer);
  const bool is_whole =
      column.type == model::ScalarType::integer || column.type == model::ScalarType::bigint;
  const auto type = is_whole && !keeps_type ? model::ScalarType::numeric : column.type;
  return dialect_.sortable({type, true, {}}, sql);
}

Aggregate Compiler::count(const std::vector<const model::Column*>& columns, bool distinct,
                          Row& row) {
  std::vector<GroupKey> values;
  for (const auto* column : columns) values.push_back({column->type, comparable(column, row)});
  Aggregate made;
  made.distinct = distinct && !values.empty();
  // A row of several columns is never null.
  if (values.empty() || (values.size() > 1 && !distinct)) {
    made.sql = "count(*)";
  } else if (values.size() > 1) {
    made.sql = dialect_.count_distinct(values);
  } else {
    made.value = values.front().sql;
    made.sql = "count(" + (distinct ? "DISTINCT " + made.value : made.value) + ")";
  }
  return made;
}

std::string Compiler::column_aggregates(const plan::ColumnAggregates& aggregates, Row& row,
                                        const Place& place) {
  Members members;
  for (const auto& [key, what] : aggregates.fields) {
    if (const auto* type = std::get_if<plan::Typename>(&what)) {
      members.emplace_back(key, quoted_text(type->name));
      continue;
    }
    const auto& operand = std::get<plan::Operand>(what);
    const auto type = std::visit([](const auto* value) { return value->type; }, operand);
    const Form result{result_type(aggregates.function, type), true, {}};
    members.emplace_back(
        key, dialect_.json(result, place(aggregate_of(aggregates.function, operand, row))));
  }
  return dialect_.json_object(members);
}

std::string Compiler::aggregate(const plan::AggregateFields& fields, Row& row, const Place& place) {
  Members members;
  for (const auto& field : fields) {
    if (const auto* type = std::get_if<plan::Typename>(&field.kind)) {
      members.emplace_back(field.key, quoted_text(type->name));
    } else if (const auto* counted = std::get_if<plan::CountField>(&field.kind)) {
      members.emplace_back(field.key, place(count(counted->columns, counted->distinct, row)));
    } else {
      members.emplace_back(
          field.key, column_aggregates(std::get<plan::ColumnAggregates>(field.kind), row, place));
    }
  }
  return dialect_.json_object(members);
}

std::string Compiler::aggregated(const plan::AggregateSelection& selection,
                                 const RowOrigin& origin) {
  // Parts that need all rows share one pass over them; the others are subqueries.
  std::optional<Source> rows;
  const bool sorted = std::any_of(selection.parts.begin(), selection.parts.end(),
                                  [](const plan::AggregatePart& part) {
                                    const auto* nodes = std::get_if<plan::NodesField>(&part.kind);
                                    return nodes != nullptr && !nodes->limit;
                                  });
  const auto shared = [&]() -> Source& {
    if (!rows) rows.emplace(source(selection.rows, origin, sorted));
    return *rows;
  };
  Members members;
  for (const auto& part : selection.parts) {
    std::string value;
    if (const auto* type = std::get_if<plan::Typename>(&part.kind)) {
      value = quoted_text(type->name);
    } else if (const auto* fields = std::get_if<plan::AggregateFields>(&part.kind)) {
      // These parts do not use the row.
      Row unused(*selection.rows.table, "");
      value = aggregate(*fields, is_known(*fields) ? unused : shared().row(), in_place);
    } else if (const auto* nodes = std::get_if<plan::NodesField>(&part.kind)) {
      if (nodes->limit) {
        value =
            dialect_.json_subquery(many_rows(selection.rows, nodes->fields, origin, nodes->limit));
      } else {
        const std::string node = object(nodes->fields, shared().row());
        value = dialect_.json_array(node, shared().sorted_by());
      }
    } else {
      value = groups(std::get<plan::GroupByField>(part.kind), selection.rows, origin);
    }
    members.emplace_back(part.key, std::move(value));
  }
  return "SELECT " + dialect_.json_object(members) + (rows ? rows->from() : "");
}

std::string Compiler::groups(const plan::GroupByField& field, const plan::Rows& rows,
                             const RowOrigin& origin) {
  Source from = source(rows, origin, false);
  Grouping grouping(fresh_alias());
  const auto key = [&](const model::Column& column) {
    return grouping.key({column.type, comparable(&column, from.row())});
  };
  const auto form_of_key = [](const model::Column& column) {
    return Form{column.type, column.canonical, {}};
  };
  const auto place = [&](const Aggregate& made) { return grouping.aggregate(made); };
  std::vector<SortKey> order;
  for (const auto* column : field.keys) {
    order.push_back({dialect_.sortable(form_of_key(*column), key(*column)), " ASC NULLS LAST"});
  }
  Members members;
  for (const auto& [name, what] : field.fields) {
    if (const auto* type = std::get_if<plan::Typename>(&what)) {
      members.emplace_back(name, quoted_text(type->name));
    } else if (const auto* fields = std::get_if<plan::AggregateFields>(&what)) {
      members.emplace_back(name, aggregate(*fields, from.row(), place));
    } else {
      Members values;
      for (const auto& part : std::get<std::vector<plan::GroupKeyField>>(what)) {
        if (const auto* type_of_part = std::get_if<plan::Typename>(&part.kind)) {
          values.emplace_back(part.key, quoted_text(type_of_part->name));
          continue;
        }
        const auto* column = std::get<const model::Column*>(part.kind);
        const bool is_key =
            std::find(field.keys.begin(), field.keys.end(), column) != field.keys.end();
        // A column that is not a key of the grouping has no single value.
        values.emplace_back(part.key,
                            is_key ? dialect_.json(form_of_key(*column), key(*column)) : "NULL");
      }
      members.emplace_back(name, dialect_.json_object(values));
    }
  }
  const std::string array = dialect_.json_array(dialect_.json_object(members), joined(order));
  return dialect_.json_subquery("SELECT " + array + grouping.from(dialect_, from.from()));
}

}  // namespace edo::sql
