// What Postgres and SQLite say differently. Everything else is the compiler's, for both.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tools/server/plan/plan.hpp"
#include "tools/server/sql/statement.hpp"

namespace edo::graphql::sql {

// One key of a sort: what, and "DESC NULLS FIRST" and the like.
struct SortKey {
  std::string what;
  std::string how;
};
// "a DESC, b"; empty if there are none.
[[nodiscard]] std::string joined(const std::vector<SortKey>& keys);
[[nodiscard]] std::string joined(const std::vector<std::string>& parts, std::string_view between);

// What is made of many rows.
struct Aggregate {
  AggregateFunction function = AggregateFunction::count;
  std::string value;  // of a row; empty: the row itself is counted
  ScalarType type = ScalarType::other;
  bool distinct = false;
  std::string sql;
};
struct GroupKey {
  ScalarType type = ScalarType::other;
  std::string sql;
};

// " = ", " < " and the like; null for operators that are no such sign.
[[nodiscard]] const char* sign_of(Operator op) noexcept;

[[nodiscard]] std::string quoted_name(std::string_view name);
[[nodiscard]] std::string quoted_text(std::string_view text);

// Fragments of SQL in, fragments of SQL out. One dialect serves all threads.
class Dialect {
 public:
  explicit Dialect(bool stringify_numeric_types) : stringify_(stringify_numeric_types) {}
  virtual ~Dialect() = default;

  // Statements have at most so many columns: less than the database could take.
  static constexpr std::size_t kMaxColumns = 1000;

  [[nodiscard]] virtual std::string placeholder(std::size_t number) const = 0;
  // A placeholder as a value of the type.
  [[nodiscard]] virtual std::string typed(const std::string& placeholder,
                                          const std::string& sql_type) const = 0;
  [[nodiscard]] virtual Parameter value(const Bound& bound) const = 0;
  [[nodiscard]] virtual Parameter array(const Bound& bound) const = 0;
  [[nodiscard]] virtual Parameter path(const std::vector<std::string>& path) const = 0;

  // A stored value in a form in which comparing and sorting are right. A canonical one is.
  [[nodiscard]] virtual std::string comparable(ScalarType type, bool is_canonical,
                                               const std::string& value) const = 0;
  // `left` is comparable; `right` a placeholder. `type` is what they are compared as.
  [[nodiscard]] virtual std::string compare(const std::string& left, Operator op,
                                            const std::string& right,
                                            const std::string& sql_type) const = 0;

  // A document as Postgres prints it.
  [[nodiscard]] virtual std::string json_as_text(const std::string& document) const = 0;

  [[nodiscard]] virtual std::string limit(const std::string& limit,
                                          const std::string& offset) const = 0;

  [[nodiscard]] virtual std::string table(const std::string& schema,
                                          const std::string& name) const = 0;
  // Whether a computed field is a function of the row, and not a view with the row's key.
  [[nodiscard]] virtual bool computes_from_row() const = 0;

  // JSON. What is given and what comes back are JSON values, not text that holds one.
  [[nodiscard]] virtual std::string json(ScalarType type, const std::string& value) const = 0;
  [[nodiscard]] virtual std::string json_at(const std::string& document,
                                            const std::string& path) const = 0;
  // Passes a JSON value on that comes out of a subquery.
  [[nodiscard]] virtual std::string json_passed(const std::string& value) const = 0;
  [[nodiscard]] virtual std::string json_array(const std::string& element,
                                               const std::string& sorted_by,
                                               const std::string& filter) const = 0;
  // Keys are taken as they are, at least one of them.
  [[nodiscard]] std::string json_object(
      const std::vector<std::pair<std::string, std::string>>& members) const;

  [[nodiscard]] virtual std::string aggregate(AggregateFunction function,
                                              const std::string& value) const = 0;
  // A SELECT of one row for each group, with its keys as k0, k1 … and its aggregates as a0, a1 …
  [[nodiscard]] virtual std::string grouped(const std::vector<GroupKey>& keys,
                                            const std::vector<Aggregate>& aggregates,
                                            const std::string& from) const;
  // count(DISTINCT …) of several columns.
  [[nodiscard]] virtual std::string count_distinct(
      const std::vector<std::string>& values) const = 0;

 protected:
  [[nodiscard]] bool stringifies(ScalarType type) const;

 private:
  [[nodiscard]] virtual std::string json_object_of(const std::string& arguments) const = 0;
  [[nodiscard]] virtual std::string concatenated(const std::vector<std::string>& objects) const = 0;

  bool stringify_;
};

}  // namespace edo::graphql::sql
