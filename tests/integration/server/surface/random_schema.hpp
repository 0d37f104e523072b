// Random tables with random rows, the same in a SQLite file and in PostgreSQL, and metadata of
// them.
#pragma once

#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "support/random_query.hpp"

namespace edo::testing {

// A column's type, as both databases declare it, with values of it.
struct RandomType {
  std::string graphql;
  std::string postgres;
  std::string declared;  // by SQLite's CREATE TABLE
  // Texts that PostgreSQL reads as values of the type.
  std::vector<std::string> values;
  // Those that a column with the type of CREATE TABLE stores as they are: SQLite makes numbers of
  // texts.
  std::vector<std::string> plain;
};

class RandomSchema {
 public:
  explicit RandomSchema(RandomQuery::Choose choose);

  // SQL that makes the tables and their rows.
  [[nodiscard]] std::string sqlite() const;
  [[nodiscard]] std::string postgres() const;
  // databases.yaml. A role's filters are by the table's name; without any the tables have no
  // permissions.
  using Filters = std::map<std::string, std::string>;
  [[nodiscard]] std::string databases(const std::map<std::string, Filters>& filters) const;
  [[nodiscard]] const std::vector<std::string>& tables() const noexcept { return names_; }
  [[nodiscard]] std::map<std::string, std::string> session_variables();
  // Values of the rows among them.
  [[nodiscard]] RandomQuery::Literals literals() const;

 private:
  struct Column {
    std::string name;
    const RandomType* type = nullptr;
    std::string collation;  // of PostgreSQL; empty: the database's
    std::string stored_as;  // SQLite's type
    bool is_named = false;  // by column_types
    bool is_nullable = true;
    std::string refers_to;  // a table, whose key has one column
  };
  using Value = std::optional<std::string>;
  struct Table {
    std::string name;
    bool is_strict = false;
    std::vector<Column> columns;
    std::size_t keys = 1;  // columns of the primary key, which come first
    std::vector<std::vector<Value>> rows;
    std::vector<std::size_t> computed;                 // columns that a computed field repeats
    nlohmann::json objects = nlohmann::json::array();  // relationships
    nlohmann::json arrays = nlohmann::json::array();
    // By role: what it sees.
    std::map<std::string, nlohmann::json> permissions;
  };
  struct View {
    std::string name;
    std::size_t table = 0;
    std::vector<std::size_t> columns;
  };

  [[nodiscard]] bool chance(unsigned one_in) { return choose_(one_in) == 0; }
  [[nodiscard]] std::size_t below(std::size_t count) {
    return choose_(static_cast<unsigned>(count));
  }
  [[nodiscard]] const std::string& one_of(const std::vector<std::string>& items) {
    return items[below(items.size())];
  }

  [[nodiscard]] Column column(const std::string& name, const RandomType& type, bool is_strict);
  [[nodiscard]] Value value(const Column& column);
  void add_table();
  void add_rows(Table& table);
  void add_relationships(Table& table);
  void add_manual_relationship();
  void add_permissions(Table& table);
  [[nodiscard]] std::string column_types() const;

  RandomQuery::Choose choose_;
  std::vector<RandomType> types_;
  std::vector<Table> tables_;
  std::vector<View> views_;
  std::vector<std::string> names_;
};

}  // namespace edo::testing
