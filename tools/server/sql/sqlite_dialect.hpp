// SQLite 3.51 and newer, with the functions that backend/sqlite_functions.hpp registers.
#pragma once

#include "tools/server/sql/dialect.hpp"

namespace edo::graphql::sql {

class SqliteDialect final : public Dialect {
 public:
  using Dialect::Dialect;

  [[nodiscard]] std::string placeholder(std::size_t number) const override;
  [[nodiscard]] std::string typed(const std::string& placeholder,
                                  const std::string& sql_type) const override;
  [[nodiscard]] Parameter value(const Bound& bound) const override;
  [[nodiscard]] Parameter array(const Bound& bound) const override;
  [[nodiscard]] Parameter path(const std::vector<std::string>& path) const override;
  [[nodiscard]] std::string comparable(ScalarType type, bool is_canonical,
                                       const std::string& value) const override;
  [[nodiscard]] std::string compare(const std::string& left, Operator op, const std::string& right,
                                    const std::string& sql_type) const override;
  [[nodiscard]] std::string json_as_text(const std::string& document) const override;
  [[nodiscard]] std::string limit(const std::string& limit,
                                  const std::string& offset) const override;
  [[nodiscard]] std::string table(const std::string& schema,
                                  const std::string& name) const override;
  [[nodiscard]] bool computes_from_row() const override { return false; }
  [[nodiscard]] std::string json(ScalarType type, const std::string& value) const override;
  [[nodiscard]] std::string json_at(const std::string& document,
                                    const std::string& path) const override;
  [[nodiscard]] std::string json_passed(const std::string& value) const override;
  [[nodiscard]] std::string json_array(const std::string& element, const std::string& sorted_by,
                                       const std::string& filter) const override;
  [[nodiscard]] std::string aggregate(AggregateFunction function,
                                      const std::string& value) const override;
  // Hashed where it can be, since SQLite itself groups by sorting.
  [[nodiscard]] std::string grouped(const std::vector<GroupKey>& keys,
                                    const std::vector<Aggregate>& aggregates,
                                    const std::string& from) const override;
  [[nodiscard]] std::string count_distinct(const std::vector<std::string>& values) const override;

 private:
  [[nodiscard]] std::string json_object_of(const std::string& arguments) const override;
  [[nodiscard]] std::string concatenated(const std::vector<std::string>& objects) const override;
};

}  // namespace edo::graphql::sql
