// SQLite 3.51 and newer, with the functions that backend/sqlite_functions.hpp registers.
#pragma once

#include "tools/server/sql/dialect.hpp"

namespace edo::sql {

class SqliteDialect final : public Dialect {
 public:
  explicit SqliteDialect(bool stringify_numeric_types)
      : Dialect(kSqliteSpellings, stringify_numeric_types) {}

  [[nodiscard]] std::string typed(const std::string& placeholder,
                                  const std::string& sql_type) const override;
  [[nodiscard]] std::string comparable(const Form& form, const std::string& value) const override;
  [[nodiscard]] std::string sortable(const Form& form, const std::string& value) const override;
  [[nodiscard]] bool computes_from_row() const override { return false; }
  [[nodiscard]] bool has_text_index() const override { return true; }
  [[nodiscard]] std::string json(const Form& form, const std::string& value) const override;
  [[nodiscard]] std::string json_at(const std::string& document,
                                    const std::string& path) const override;
  // Uses a hash table where it can, since SQLite itself groups by sorting.
  [[nodiscard]] std::string grouped(const std::vector<GroupKey>& keys,
                                    const std::vector<Aggregate>& aggregates,
                                    const std::string& from) const override;

 private:
  [[nodiscard]] std::string_view function_name(plan::AggregateFunction function,
                                               model::ScalarType type) const override;
  [[nodiscard]] std::string in_list(const std::string& left, bool negated, const std::string& right,
                                    const std::string& sql_type) const override;
  [[nodiscard]] std::string matches(const std::string& left, const OperatorSpelling& op,
                                    const std::string& right) const override;
  [[nodiscard]] std::string concatenated(const std::vector<std::string>& objects) const override;
};

}  // namespace edo::sql
