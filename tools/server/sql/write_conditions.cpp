#include <span>

#include "tools/server/sql/compiler.hpp"

namespace edo::sql {
namespace {

// A balanced tree, since SQLite limits the depth of an expression.
std::string balanced(std::span<const std::string> parts, const std::string& between) {
  if (parts.size() == 1) return parts.front();
  const auto half = parts.size() / 2;
  return "(" + balanced(parts.first(half), between) + between +
         balanced(parts.subspan(half), between) + ")";
}

Form form_of_operand(const plan::Operand& operand) {
  return std::visit([](const auto* what) { return form_of(*what); }, operand);
}

bool is_order(plan::Operator op) {
  return op == plan::Operator::gt || op == plan::Operator::gte || op == plan::Operator::lt ||
         op == plan::Operator::lte;
}

// At most one row has the value, whichever it is.
bool names_one_row(const plan::Compare& compare, const model::Table& table) {
  const auto* column = std::get_if<const model::Column*>(&compare.left);
  return compare.op == plan::Operator::eq && column != nullptr &&
         table.primary_key == std::vector{*column};
}

bool is_numeric(model::ScalarType type) { return type == model::ScalarType::numeric; }

}  // namespace

std::string Compiler::stored(const plan::Operand& operand, Row& row) {
  if (const auto* column = std::get_if<const model::Column*>(&operand)) {
    return shown(row.column(**column), (*column)->shown_if, row);
  }
  const auto& field = *std::get<const model::ComputedField*>(operand);
  return shown(computed(field, row), field.shown_if, row);
}

std::string Compiler::shown(const std::string& sql, const nlohmann::json& filter, Row& row) {
  if (filter.is_null()) return sql;
  return "(CASE WHEN " + condition(plan_.shown_if(row.table(), filter), row, row) + " THEN " + sql +
         " END)";
}

std::string Compiler::comparable(const plan::Operand& operand, Row& row) {
  return dialect_.comparable(form_of_operand(operand), stored(operand, row));
}

std::string Compiler::sortable(const plan::Operand& operand, Row& row) {
  return dialect_.sortable(form_of_operand(operand), stored(operand, row));
}

// In order until an argument is left to its default, and by their names from there on.
std::string Compiler::call(const model::Function& function, const plan::GivenArguments& given,
                           Row* row) {
  std::vector<std::string> arguments;
  auto next = given.begin();
  bool by_name = false;
  for (const model::FunctionArgument& argument : function.arguments) {
    std::string value;
    if (argument.source == model::FunctionArgument::Source::row) {
      value = row->whole();
    } else if (argument.source == model::FunctionArgument::Source::session) {
      value = dialect_.typed(bind(plan_.session), argument.sql_type);
    } else if (next != given.end() && next->first == &argument) {
      const plan::Bound& bound = (next++)->second;
      value =
          dialect_.typed(bind(bound.value.is_null() ? Parameter(nullptr) : dialect_.value(bound)),
                         argument.sql_type);
    } else {
      by_name = true;
      continue;
    }
    arguments.push_back(by_name ? quoted_name(argument.sql_name) + " => " + value : value);
  }
  return dialect_.table(function.schema, function.name) + "(" + joined(arguments, ", ") + ")";
}

std::string Compiler::computed(const model::ComputedField& field, Row& row,
                               const plan::GivenArguments& given) {
  if (dialect_.computes_from_row()) return call(field.function, given, &row);
  const std::string function = dialect_.table(field.function.schema, field.function.name);
  const std::string alias = fresh_alias();
  std::vector<std::string> keys;
  for (const auto* key : row.table().primary_key) {
    keys.push_back(alias + "." + quoted_name(key->sql_name) + " = " + row.column(*key));
  }
  return "(SELECT " + alias + ".value FROM " + function + " " + alias + " WHERE " +
         joined(keys, " AND ") + ")";
}

std::string Compiler::condition(const plan::BoolExp& what, Row& row, Row& root) {
  return std::visit([&](const auto& kind) { return condition(kind, row, root); }, what.kind);
}

std::string Compiler::condition(const plan::And& all, Row& row, Row& root) {
  std::vector<std::string> parts;
  for (const auto& part : all.all) {
    std::string sql = condition(part, row, root);
    if (sql != "true") parts.push_back(std::move(sql));
  }
  return parts.empty() ? "true" : balanced(parts, " AND ");
}

std::string Compiler::condition(const plan::Or& any, Row& row, Row& root) {
  std::vector<std::string> parts;
  for (const auto& part : any.any) parts.push_back(condition(part, row, root));
  return parts.empty() ? "false" : balanced(parts, " OR ");
}

std::string Compiler::condition(const plan::Not& negation, Row& row, Row& root) {
  return "(NOT " + condition(*negation.what, row, root) + ")";
}

std::string Compiler::condition(const plan::Compare& compare, Row& row, Row&) {
  if (compare.op == plan::Operator::is_null) {
    return "(" + stored(compare.left, row) +
           (compare.right.value.get<bool>() ? " IS NULL)" : " IS NOT NULL)");
  }
  const std::string left = compare.as_text ? dialect_.document_text(stored(compare.left, row))
                           : is_order(compare.op) ? sortable(compare.left, row)
                                                  : comparable(compare.left, row);
  return this->compare(left, compare.op, compare.right,
                       names_one_row(compare, row.table()) ? Effect::none : Effect::plan);
}

std::string Compiler::compare(const std::string& left, plan::Operator op, const plan::Bound& right,
                              Effect effect) {
  const bool is_list = op == plan::Operator::in || op == plan::Operator::nin ||
                       op == plan::Operator::has_keys_any || op == plan::Operator::has_keys_all;
  const std::string bound = bind(is_list ? dialect_.array(right) : dialect_.value(right), effect);
  return "(" + dialect_.compare(left, op, bound, right.sql_type) + ")";
}

std::string Compiler::condition(const plan::CompareColumns& compare, Row& row, Row& root) {
  Row& other = compare.right_is_root ? root : row;
  const auto side = [&](const model::Column* column, const model::Column* opposite, Row& of) {
    Form form = form_of(*column);
    if (is_numeric(opposite->type)) form.type = model::ScalarType::numeric;
    const bool conflicts = conflict(*column, *opposite);
    if (conflicts) form.canonical = false;
    const std::string value = stored(column, of);
    return is_order(compare.op) || conflicts ? dialect_.sortable(form, value)
                                             : dialect_.comparable(form, value);
  };
  return "(" + side(compare.left, compare.right, row) + std::string(comparison_sign(compare.op)) +
         side(compare.right, compare.left, other) + ")";
}

std::string Compiler::condition(const plan::ExistsRelated& exists, Row& row, Row& root) {
  Source rows = source(*exists.relationship->remote, {exists.relationship, &row});
  if (exists.permission != nullptr) add_condition(*exists.permission, rows);
  rows.conditions.push_back(condition(*exists.where, rows.inside(), root));
  return "EXISTS (SELECT 1" + rows.from() + ")";
}

std::string Compiler::condition(const plan::ExistsAnywhere& exists, Row&, Row& root) {
  Source rows = source(*exists.table, {});
  rows.conditions.push_back(condition(*exists.where, rows.inside(), root));
  return "EXISTS (SELECT 1" + rows.from() + ")";
}

std::string Compiler::condition(const plan::CompareAggregate& compare, Row& row, Row& root) {
  std::vector<std::string> parts;
  for (const auto& [op, right] : compare.predicate) {
    Source rows = source(*compare.relationship->remote, {compare.relationship, &row});
    if (compare.permission != nullptr) add_condition(*compare.permission, rows);
    if (compare.filter != nullptr) {
      rows.conditions.push_back(condition(*compare.filter, rows.inside(), root));
    }
    // Numbers of any type are compared as floating point.
    const std::string select =
        dialect_.comparable({right.type, right.type != model::ScalarType::float8, {}},
                            "(" + aggregate_of(compare, rows) + ")");
    parts.push_back(op == plan::Operator::is_null
                        ? "(" + select + (right.value.get<bool>() ? " IS NULL)" : " IS NOT NULL)")
                        : this->compare(select, op, right));
  }
  return parts.empty() ? "true" : balanced(parts, " AND ");
}

}  // namespace edo::sql
