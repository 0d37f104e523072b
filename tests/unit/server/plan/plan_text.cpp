#include "unit/server/plan/plan_text.hpp"

#include "tools/server/plan/aggregate_functions.hpp"

namespace edo::plan::tests {
namespace {

template <typename... Kinds>
struct Overloaded : Kinds... {
  using Kinds::operator()...;
};
template <typename... Kinds>
Overloaded(Kinds...) -> Overloaded<Kinds...>;

template <typename Items, typename Print>
std::string joined(const Items& items, const char* separator, Print print) {
  std::string text;
  for (const auto& item : items) text += (text.empty() ? "" : separator) + print(item);
  return text;
}

std::string names(const std::vector<const model::Column*>& columns) {
  return joined(columns, ",", [](const model::Column* column) { return column->name; });
}

constexpr const char* kOperators[] = {
    "=",        "!=",           ">",           ">=",     "<",       "<=",       "in",
    "nin",      "is_null",      "like",        "nlike",  "ilike",   "nilike",   "similar",
    "nsimilar", "regex",        "nregex",      "iregex", "niregex", "contains", "contained_in",
    "has_key",  "has_keys_any", "has_keys_all"};

std::string text(Operator op) { return kOperators[static_cast<std::size_t>(op)]; }

std::string text(AggregateFunction function) {
  for (const auto& [name, known] : kAggregateFunctions) {
    if (known == function) return std::string(name);
  }
  return "?";
}

std::string text(const Bound& bound) { return bound.value.dump() + "::" + bound.sql_type; }

std::string text(const BoolExp& expression);

std::string in_braces(const std::unique_ptr<BoolExp>& expression) {
  return expression == nullptr ? "" : "(" + text(*expression) + ")";
}

std::string text(const BoolExp& expression) {
  const auto all = [](const std::vector<BoolExp>& items, const char* word, const char* none) {
    if (items.empty()) return std::string(none);
    return "(" + joined(items, word, [](const BoolExp& item) { return text(item); }) + ")";
  };
  return std::visit(
      Overloaded{
          [&](const And& what) { return all(what.all, " and ", "true"); },
          [&](const Or& what) { return all(what.any, " or ", "false"); },
          [](const Not& what) { return "not " + text(*what.what); },
          [](const Compare& what) {
            const std::string left = std::visit([](const auto* of) { return of->name; }, what.left);
            return left + (what.as_text ? "::text " : " ") + text(what.op) + " " + text(what.right);
          },
          [](const CompareColumns& what) {
            return what.left->name + " " + text(what.op) + (what.right_is_root ? " $." : " .") +
                   what.right->name;
          },
          [](const ExistsRelated& what) {
            return "any " + what.relationship->name + in_braces(what.permission) + " " +
                   text(*what.where);
          },
          [](const ExistsAnywhere& what) {
            return "exists " + what.table->name + " " + text(*what.where);
          },
          [](const CompareAggregate& what) {
            return text(what.function) + " " + what.relationship->name + "[" + names(what.columns) +
                   "]" + (what.distinct ? " distinct" : "") + in_braces(what.permission) +
                   in_braces(what.filter) + joined(what.predicate, "", [](const auto& comparison) {
                     return " " + text(comparison.first) + " " + text(comparison.second);
                   });
          },
      },
      expression.kind);
}

std::string text(const OrderBy& order) {
  const std::string through = joined(order.through, "", [](const OrderStep& step) {
    return step.relationship->name + in_braces(step.permission) + ".";
  });
  const std::string what = std::visit(
      Overloaded{[](const model::Column* column) { return column->name; },
                 [](const model::ComputedField* field) { return field->name; },
                 [](const AggregateOrder& aggregate) {
                   return text(aggregate.function) + "(" + aggregate.relationship->name +
                          in_braces(aggregate.permission) +
                          (aggregate.column == nullptr ? "" : "." + aggregate.column->name) + ")";
                 }},
      order.what);
  return through + what + (order.descending ? " desc" : " asc") +
         (order.nulls_first ? " nulls first" : "");
}

std::string text(const Rows& rows) {
  std::string result = rows.table->name;
  const auto* all = std::get_if<And>(&rows.where.kind);
  if (all == nullptr || !all->all.empty()) result += " where " + text(rows.where);
  if (!rows.distinct_on.empty()) result += " distinct " + names(rows.distinct_on);
  if (!rows.order_by.empty()) {
    result += " order " + joined(rows.order_by, ", ", [](const OrderBy& o) { return text(o); });
  }
  if (rows.limit) result += " limit " + std::to_string(*rows.limit);
  if (rows.offset) result += " offset " + std::to_string(*rows.offset);
  return result;
}

std::string text(const AggregateSelection& aggregate);

std::string json_path(const std::optional<std::vector<std::string>>& path) {
  return path ? "[" + joined(*path, "|", [](const std::string& step) { return step; }) + "]" : "";
}

std::string text(const std::vector<RowField>& fields) {
  const auto one = [](const RowField& field) {
    return std::visit(
        Overloaded{
            [&](const ColumnField& of) {
              const std::string& name = of.column->name;
              return (field.key == name ? name : field.key + ": " + name) + json_path(of.json_path);
            },
            [&](const ComputedFieldUse& of) {
              return field.key + ": computed " + of.field->name + json_path(of.json_path);
            },
            [&](const ObjectField& of) {
              const bool is_filtered = !std::holds_alternative<And>(of.where.kind) ||
                                       !std::get<And>(of.where.kind).all.empty();
              return field.key + ": object " + of.relationship->name +
                     (is_filtered ? " where " + text(of.where) : "") + " " + text(of.fields);
            },
            [&](const ArrayField& of) {
              return field.key + ": array " + of.relationship->name + " " + text(of.rows) + " " +
                     text(of.fields);
            },
            [&](const AggregateRelationField& of) {
              return field.key + ": aggregate " + of.relationship->name + " " + text(of.selection);
            },
            [&](const Typename& of) { return field.key + ": '" + of.name + "'"; },
        },
        field.kind);
  };
  return "{" + joined(fields, ", ", one) + "}";
}

std::string name_of(const Typename& type) { return "'" + type.name + "'"; }
std::string name_of(const Operand& operand) {
  return std::visit([](const auto* what) { return what->name; }, operand);
}

std::string key_and_columns(
    const std::vector<std::pair<std::string, std::variant<Operand, Typename>>>& fields) {
  return joined(fields, ", ", [](const auto& field) {
    return field.first + ": " +
           std::visit([](const auto& what) { return name_of(what); }, field.second);
  });
}

std::string text(const AggregateFields& fields) {
  return "{" +
         joined(fields, ", ",
                [](const AggregateField& field) {
                  return field.key + ": " +
                         std::visit(
                             Overloaded{[](const CountField& count) {
                                          return std::string(count.distinct ? "count distinct "
                                                                            : "count ") +
                                                 "[" + names(count.columns) + "]";
                                        },
                                        [](const ColumnAggregates& aggregates) {
                                          return text(aggregates.function) + " {" +
                                                 key_and_columns(aggregates.fields) + "}";
                                        },
                                        [](const Typename& name) { return "'" + name.name + "'"; }},
                             field.kind);
                }) +
         "}";
}

std::string text(const GroupByField& group) {
  const auto key_text = [](const std::vector<GroupKeyField>& key) {
    return "key {" +
           joined(key, ", ",
                  [](const GroupKeyField& field) {
                    const auto* column = std::get_if<const model::Column*>(&field.kind);
                    return field.key + ": " +
                           (column != nullptr ? (*column)->name
                                              : "'" + std::get<Typename>(field.kind).name + "'");
                  }) +
           "}";
  };
  return "by [" + names(group.keys) + "] {" +
         joined(group.fields, ", ",
                [&](const auto& field) {
                  return field.first + ": " +
                         std::visit(
                             Overloaded{key_text,
                                        [](const AggregateFields& fields) { return text(fields); },
                                        [](const Typename& name) { return "'" + name.name + "'"; }},
                             field.second);
                }) +
         "}";
}

std::string text(const AggregateSelection& aggregate) {
  return text(aggregate.rows) + " {" +
         joined(aggregate.parts, ", ",
                [](const AggregatePart& part) {
                  return part.key + ": " +
                         std::visit(
                             Overloaded{[](const AggregateFields& fields) { return text(fields); },
                                        [](const NodesField& nodes) {
                                          return "nodes" +
                                                 (nodes.limit
                                                      ? " limit " + std::to_string(*nodes.limit)
                                                      : "") +
                                                 " " + text(nodes.fields);
                                        },
                                        [](const GroupByField& group) { return text(group); },
                                        [](const Typename& name) { return "'" + name.name + "'"; }},
                             part.kind);
                }) +
         "}";
}

std::string text(const RootField& field) {
  return field.key + ": " +
         std::visit(
             Overloaded{
                 [](const ManyRows& of) { return "rows " + text(of.rows) + " " + text(of.fields); },
                 [](const OneRow& of) { return "one " + text(of.rows) + " " + text(of.fields); },
                 [](const AggregateSelection& of) { return "aggregate " + text(of); },
                 [](const Stream& of) {
                   const char* direction = of.descending ? " desc " : " asc ";
                   const auto cursor = joined(of.cursor, ", ", [&](const auto& item) {
                     return item.first->name + direction + text(item.second);
                   });
                   return "stream " + text(of.rows) + " after " + cursor + " batch " +
                          std::to_string(of.batch_size) + " " + text(of.fields);
                 },
                 [](const Constant& of) { return of.json; }},
             field.kind);
}

}  // namespace

std::string plan_text(const Plan& plan) {
  return joined(plan.fields, "; ", [](const RootField& field) { return text(field); });
}

}  // namespace edo::plan::tests
