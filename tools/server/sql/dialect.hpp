// SQL as one database spells it: spellings.hpp as data, the rest as functions of its dialect.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tools/server/plan/plan.hpp"
#include "tools/server/sql/spellings.hpp"
#include "tools/server/sql/statement.hpp"

namespace edo::sql {

// One sort key: a value, and its direction such as " DESC NULLS FIRST".
struct SortKey {
  std::string what;
  std::string how;
};
// "a DESC, b"; empty without keys.
[[nodiscard]] std::string joined(const std::vector<SortKey>& keys);
[[nodiscard]] std::string joined(const std::vector<std::string>& parts, std::string_view between);

// A value computed from many rows.
struct Aggregate {
  plan::AggregateFunction function = plan::AggregateFunction::count;
  std::string value;  // of a row; empty: the row itself is counted
  model::ScalarType type = model::ScalarType::other;
  bool distinct = false;
  std::string sql;
};
struct GroupKey {
  model::ScalarType type = model::ScalarType::other;
  std::string sql;
};

// How a value is stored, as model::Column says it.
struct Form {
  model::ScalarType type = model::ScalarType::other;
  bool canonical = false;
  std::optional<int> scale = {};
};
[[nodiscard]] inline Form form_of(const model::Column& column) {
  return {column.type, column.canonical, column.scale};
}
[[nodiscard]] inline Form form_of(const model::ComputedField& field) {
  return {field.type, false, field.scale};
}

// Whether texts of the columns can only be compared by a collation that both are given.
[[nodiscard]] inline bool conflict(const model::Column& one, const model::Column& other) {
  return one.collation != other.collation && !one.collation.empty() && !other.collation.empty();
}

[[nodiscard]] std::string quoted_name(std::string_view name);
[[nodiscard]] std::string quoted_text(std::string_view text);

// Turns fragments of SQL into larger ones. One dialect serves all threads.
class Dialect {
 public:
  virtual ~Dialect() = default;

  // A statement has at most this many columns, which both databases accept.
  static constexpr std::size_t kMaxColumns = 1000;

  [[nodiscard]] std::string placeholder(std::size_t number) const;
  [[nodiscard]] Parameter value(const plan::Bound& bound) const { return spellings_.value(bound); }
  [[nodiscard]] Parameter array(const plan::Bound& bound) const { return spellings_.array(bound); }
  [[nodiscard]] Parameter path(const std::vector<std::string>& path) const;
  // A placeholder as a value of the type.
  [[nodiscard]] virtual std::string typed(const std::string& placeholder,
                                          const std::string& sql_type) const = 0;

  // A stored value in a form whose equality is right. A comparable value is its own.
  [[nodiscard]] virtual std::string comparable(const Form& form,
                                               const std::string& value) const = 0;
  // A stored or comparable value in a form that sorts correctly: texts by their code points.
  [[nodiscard]] virtual std::string sortable(const Form& form, const std::string& value) const = 0;
  // `left` is comparable, `right` is a placeholder, and both are compared as `sql_type`.
  [[nodiscard]] std::string compare(const std::string& left, plan::Operator op,
                                    const std::string& right, const std::string& sql_type) const;

  // The text of a document as Postgres prints it.
  [[nodiscard]] std::string document_text(const std::string& document) const;

  // Whether the best plan depends on how many rows are wanted, so that the text must have the
  // number.
  [[nodiscard]] bool plans_by_row_count() const { return spellings_.plans_by_row_count; }
  // Of placeholders or numbers.
  [[nodiscard]] std::string limit(const std::string& limit, const std::string& offset) const;

  [[nodiscard]] std::string table(const std::string& schema, const std::string& name) const;
  // Whether a computed field is a function of the row. Otherwise it is a view with the row's key.
  [[nodiscard]] virtual bool computes_from_row() const = 0;

  // Whether there may be an index of texts (search::Index), which the statement does not name.
  [[nodiscard]] virtual bool has_text_index() const { return false; }

  // The following take and return JSON values, not text that contains one.
  [[nodiscard]] virtual std::string json(const Form& form, const std::string& value) const = 0;
  [[nodiscard]] virtual std::string json_at(const std::string& document,
                                            const std::string& path) const = 0;
  // A subquery that returns one JSON value, as that value.
  [[nodiscard]] std::string json_subquery(const std::string& select) const;
  [[nodiscard]] std::string json_array(const std::string& element,
                                       const std::string& sorted_by) const;
  // Keys stay as they are.
  [[nodiscard]] std::string json_object(
      const std::vector<std::pair<std::string, std::string>>& members) const;

  // Of comparable values of the type; of sortable ones for the least and the greatest.
  [[nodiscard]] std::string aggregate(plan::AggregateFunction function, model::ScalarType type,
                                      const std::string& value, bool distinct = false) const;
  // A SELECT of one row for each group, with its keys as k0, k1 … and its aggregates as a0, a1 …
  [[nodiscard]] virtual std::string grouped(const std::vector<GroupKey>& keys,
                                            const std::vector<Aggregate>& aggregates,
                                            const std::string& from) const;
  // count(DISTINCT …) of several comparable values.
  [[nodiscard]] std::string count_distinct(const std::vector<GroupKey>& values) const;

 protected:
  Dialect(const Spellings& spellings, bool stringify_numeric_types)
      : spellings_(spellings), stringify_(stringify_numeric_types) {}
  [[nodiscard]] bool stringifies(model::ScalarType type) const;

 private:
  [[nodiscard]] virtual std::string_view function_name(plan::AggregateFunction function,
                                                       model::ScalarType type) const = 0;
  [[nodiscard]] virtual std::string in_list(const std::string& left, bool negated,
                                            const std::string& right,
                                            const std::string& sql_type) const = 0;
  [[nodiscard]] virtual std::string matches(const std::string& left, const OperatorSpelling& op,
                                            const std::string& right) const = 0;
  // One object with the members of several.
  [[nodiscard]] virtual std::string concatenated(const std::vector<std::string>& objects) const = 0;

  const Spellings& spellings_;
  bool stringify_;
};

}  // namespace edo::sql
