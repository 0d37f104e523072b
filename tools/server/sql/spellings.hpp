// How PostgreSQL and SQLite spell what both can do. What has another structure is in their
// dialects.
#pragma once

#include <string>
#include <string_view>

#include "tools/server/plan/plan.hpp"
#include "tools/server/sql/statement.hpp"

namespace edo::sql {

struct OperatorSpelling {
  plan::Operator op;
  std::string_view postgres;       // between the operands
  std::string_view postgres_type;  // of its right operand
  std::string_view sqlite;         // a function of both operands
  bool sqlite_negates = false;
};

struct FunctionSpelling {
  plan::AggregateFunction function;
  std::string_view postgres;
  std::string_view sqlite;
  std::string_view sqlite_exact;  // of whole numbers and decimals
};

struct Enclosure {
  std::string_view before;
  std::string_view after;

  [[nodiscard]] std::string of(std::string_view inside) const;
};

struct Spellings {
  std::string_view parameter;  // before its number
  std::string_view no_limit;   // the LIMIT that an OFFSET requires; empty: none
  bool has_schemas;
  bool plans_by_row_count;         // a number in LIMIT and OFFSET, and no parameter
  std::string_view json_object;    // a function of keys and values
  std::string_view json_elements;  // an aggregate function of the elements
  Enclosure json_array;            // around that aggregate
  Enclosure json_subquery;         // around a JSON value that comes out of a subquery
  Enclosure document_text;         // around a document, to get its text as Postgres prints it
  Enclosure distinct_count;        // around several columns
  // A function that makes one text of equal values of the type; empty: they are one already.
  std::string_view (*identity)(model::ScalarType);
  Parameter (*value)(const plan::Bound&);
  Parameter (*array)(const plan::Bound&);
};

extern const Spellings kPostgresSpellings;
extern const Spellings kSqliteSpellings;

// " = ", " < " and the like, which both databases have; empty for other operators.
[[nodiscard]] std::string_view comparison_sign(plan::Operator op) noexcept;
// Only for operators that are neither such a sign nor about a list.
[[nodiscard]] const OperatorSpelling& spelling_of(plan::Operator op) noexcept;
[[nodiscard]] const FunctionSpelling& spelling_of(plan::AggregateFunction function) noexcept;

}  // namespace edo::sql
