#include "tools/server/plan/permissions.hpp"

#include <algorithm>

#include "tools/server/language/error.hpp"
#include "tools/server/plan/operators.hpp"
#include "tools/server/plan/plan_conditions.hpp"
#include "tools/server/plan/session_values.hpp"

namespace edo::plan {
namespace {

[[noreturn]] void refuse_filter(const model::Table& table, const std::string& what) {
  language::refuse({}, "the filter has " + what + " where it is about table \"" + table.name + "\"",
                   "unexpected");
}

const model::Column* column_of(const model::Table& table, const std::string& name) {
  const auto found =
      std::find_if(table.columns.begin(), table.columns.end(),
                   [&](const model::Column& column) { return column.sql_name == name; });
  return found == table.columns.end() ? table.find_column(name) : &*found;
}

// A comparison with null: neither it nor its negation is true for any row.
BoolExp unknown(const Operand& left) {
  const ValueType own = type_of(left);
  const bool is_document =
      own.type == model::ScalarType::json || own.type == model::ScalarType::jsonb;
  const ValueType type = is_document ? text_type() : own;
  return {Compare{left, is_document, Operator::eq, Bound{nullptr, type.type, type.sql_type}}};
}

// Reads a filter of the metadata: a bool_exp in JSON, also with `$eq` for `_eq`, a plain value for
// _eq, and operators that compare columns. It may use the whole table, whatever the role may see of
// it. Without a session it only checks the filter, and accepts any value for session variables.
class FilterReader {
 public:
  FilterReader(const model::Model& model, const language::Session* session,
               const model::Table& root)
      : model_(model), session_(session), root_(root) {}

  BoolExp read(const nlohmann::json& filter, const model::Table& table) const {
    if (!filter.is_object()) refuse_filter(table, "no mapping where one has to be");
    std::vector<BoolExp> conditions;
    for (const auto& [key, value] : filter.items()) {
      conditions.push_back(read_member(key, value, table));
    }
    return all_of(std::move(conditions));
  }

 private:
  static bool is_special(const std::string& key) {
    return !key.empty() && (key[0] == '_' || key[0] == '$');
  }

  BoolExp read_member(const std::string& key, const nlohmann::json& value,
                      const model::Table& table) const {
    if (const model::Column* column = column_of(table, key)) {
      return read_comparisons(value, column, false, table);
    }
    if (const model::ComputedField* field = table.find_computed_field(key);
        field != nullptr && !field->function.takes_arguments()) {
      return read_comparisons(value, field, false, table);
    }
    if (const model::Relationship* relationship = table.find_relationship(key);
        relationship != nullptr &&
        !(relationship->function && relationship->function->takes_arguments())) {
      return {ExistsRelated{
          relationship, std::make_unique<BoolExp>(read(value, *relationship->remote)), nullptr}};
    }
    const std::string name = is_special(key) ? key.substr(1) : "";
    if (name == "and") return {And{read_list(value, table)}};
    if (name == "or") return {Or{read_list(value, table)}};
    if (name == "not") return {Not{std::make_unique<BoolExp>(read(value, table))}};
    if (name == "exists") return read_exists(value, table);
    refuse_filter(table, "an unknown member \"" + key + "\"");
  }

  std::vector<BoolExp> read_list(const nlohmann::json& list, const model::Table& table) const {
    if (!list.is_array()) refuse_filter(table, "no list where one has to be");
    std::vector<BoolExp> result;
    for (const nlohmann::json& item : list) result.push_back(read(item, table));
    return result;
  }

  BoolExp read_exists(const nlohmann::json& value, const model::Table& table) const {
    const nlohmann::json name = value.value("_table", nlohmann::json());
    const std::string sql_name =
        name.is_object() ? name.value("name", "") : name.get<std::string>();
    const std::string schema = name.is_object() ? name.value("schema", "") : "";
    for (const auto& other : model_.tables) {
      const bool same_schema = schema.empty() || other->schema.empty() || other->schema == schema;
      if (other->sql_name != sql_name || !same_schema) continue;
      const nlohmann::json where = value.value("_where", nlohmann::json::object());
      return {ExistsAnywhere{other.get(), std::make_unique<BoolExp>(read(where, *other))}};
    }
    refuse_filter(table, "an _exists of the unknown table \"" + sql_name + "\"");
  }

  BoolExp read_comparisons(const nlohmann::json& value, const Operand& left, bool as_text,
                           const model::Table& table) const {
    if (!value.is_object()) return compare("eq", value, left, as_text, table);
    std::vector<BoolExp> conditions;
    for (const auto& [key, operand] : value.items()) {
      if (!is_special(key)) refuse_filter(table, "an unknown operator \"" + key + "\"");
      const std::string name = key.substr(1);
      if (name == "cast") {
        if (!operand.is_object() || operand.size() != 1 || !operand.contains("String")) {
          refuse_filter(table, "a _cast to another type than String");
        }
        conditions.push_back(read_comparisons(operand["String"], left, true, table));
      } else {
        conditions.push_back(compare(name == "ne" ? "neq" : name, operand, left, as_text, table));
      }
    }
    return all_of(std::move(conditions));
  }

  BoolExp compare(const std::string& name, const nlohmann::json& value, const Operand& left,
                  bool as_text, const model::Table& table) const {
    const NamedOperator* named = find_operator(name);
    if (named == nullptr && name.starts_with('c')) {
      return compare_columns(name.substr(1), value, left, table);
    }
    if (named == nullptr || !named->suits(as_text ? model::ScalarType::text : type_of(left).type)) {
      refuse_filter(table, "an unknown operator \"_" + name + "\"");
    }
    if (named->operand == OperandKind::boolean) {
      const Bound operand{
          checked_value(session_value(value), {model::ScalarType::boolean, "bool", "Boolean"}, {}),
          model::ScalarType::boolean, "bool"};
      return {Compare{left, as_text, named->op, operand}};
    }
    if (value.is_null()) return unknown(left);
    const bool takes_text =
        as_text || named->operand == OperandKind::text || named->operand == OperandKind::texts;
    const ValueType type = takes_text ? text_type() : type_of(left);
    const bool is_list =
        named->operand == OperandKind::values || named->operand == OperandKind::texts;
    // Hasura requires every other variable that a filter names.
    const auto variable = session_variable_name(value);
    if (named->operand == OperandKind::texts && variable && session_ != nullptr &&
        !session_->variables.contains(*variable)) {
      return unknown(left);
    }
    Bound operand{is_list ? values(value, type) : one_value(value, type), type.type, type.sql_type};
    return {Compare{left, as_text, named->op, std::move(operand)}};
  }

  // "column", ["column"] of the same row, or ["$", "column"] of the row that the filter is about.
  BoolExp compare_columns(const std::string& name, const nlohmann::json& value, const Operand& left,
                          const model::Table& table) const {
    const NamedOperator* named = find_operator(name == "ne" ? "neq" : name);
    const auto* column = std::get_if<const model::Column*>(&left);
    if (named == nullptr || !named->compares_columns() || column == nullptr) {
      refuse_filter(table, "an unknown operator \"_c" + name + "\"");
    }
    const nlohmann::json path = value.is_array() ? value : nlohmann::json::array({value});
    const bool is_root = path.size() == 2 && path[0] == "$";
    const std::string other =
        !path.empty() && path.back().is_string() ? path.back().get<std::string>() : std::string();
    const model::Column* right = column_of(is_root ? root_ : table, other);
    if (right == nullptr) refuse_filter(table, "an unknown column \"" + other + "\"");
    return {CompareColumns{*column, named->op, right, is_root}};
  }

  nlohmann::json session_value(const nlohmann::json& value) const {
    const auto name = session_variable_name(value);
    if (!name) return value;
    return session_ == nullptr ? nlohmann::json(true)
                               : nlohmann::json(session_variable(*session_, *name));
  }

  nlohmann::json one_value(const nlohmann::json& value, const ValueType& type) const {
    const auto name = session_variable_name(value);
    if (!name) return checked_value(value, type, {});
    if (session_ == nullptr) return nullptr;
    return value_of_text(session_variable(*session_, *name), type);
  }

  nlohmann::json values(const nlohmann::json& value, const ValueType& type) const {
    nlohmann::json result = nlohmann::json::array();
    if (const auto name = session_variable_name(value)) {
      if (session_ == nullptr) return result;
      for (const std::string& item : array_items(session_variable(*session_, *name))) {
        result.push_back(value_of_text(item, type));
      }
      return result;
    }
    if (!value.is_array()) return nlohmann::json::array({one_value(value, type)});
    for (const nlohmann::json& item : value) result.push_back(one_value(item, type));
    return result;
  }

  const model::Model& model_;
  const language::Session* session_;  // null: none
  const model::Table& root_;
};

// The fault of the filter, if it has one.
std::optional<std::string> mistake_in(const nlohmann::json& filter, const model::Model& model,
                                      const model::Table& table) {
  try {
    FilterReader(model, nullptr, table).read(filter, table);
    return std::nullopt;
  } catch (const language::RequestError& mistake) {
    return mistake.what();
  } catch (const nlohmann::json::exception&) {
    return "the filter has a value of the wrong kind";
  }
}

}  // namespace

void drop_unreadable_permissions(model::Model& model) {
  for (const auto& table : model.tables) {
    std::erase_if(table->permissions, [&](const auto& granted) {
      const auto mistake = mistake_in(granted.second.filter, model, *table);
      if (mistake) {
        model.inconsistencies.push_back("metadata of table " + table->name + ": role " +
                                        granted.first + ": " + *mistake);
      }
      return mistake.has_value();
    });
  }
}

BoolExp read_filter(const model::Model& model, const language::Session& session,
                    const model::Table& table, const nlohmann::json& filter) {
  return FilterReader(model, &session, table).read(filter, table);
}

BoolExp filter_of(const PlanContext& context, const model::Table& table) {
  const model::Permission* permission = table.permission_of(context.schema.role);
  if (permission == nullptr) return never();
  return read_filter(*context.schema.model, context.session, table, permission->filter);
}

std::unique_ptr<BoolExp> permission_of(const PlanContext& context, const model::Table& table) {
  BoolExp filter = filter_of(context, table);
  if (is_always(filter)) return nullptr;
  return std::make_unique<BoolExp>(std::move(filter));
}

std::optional<std::uint64_t> limit_of(const PlanContext& context, const model::Table& table,
                                      std::optional<std::uint64_t> asked) {
  const model::Permission* permission = table.permission_of(context.schema.role);
  if (permission == nullptr || !permission->limit) return asked;
  return std::min<std::uint64_t>(*permission->limit, asked.value_or(*permission->limit));
}

}  // namespace edo::plan
