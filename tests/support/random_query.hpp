// Random requests that are right: every field, argument and operator that a schema offers.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "tools/server/schema/schema.hpp"

namespace edo::testing {

class RandomQuery {
 public:
  // Says a number below the one given.
  using Choose = std::function<unsigned(unsigned)>;
  // Literals to compare with, by the type's GraphQL name. Types without any are not compared.
  using Literals = std::map<std::string, std::vector<std::string>>;

  RandomQuery(const schema::Schema& schema, Literals literals, Choose choose)
      : schema_(schema), literals_(std::move(literals)), choose_(std::move(choose)) {}

  // Whatever rows it asks for come in an order of their own, so that there is one right answer.
  [[nodiscard]] std::string query();

 private:
  [[nodiscard]] bool chance(unsigned one_in) { return choose_(one_in) == 0; }
  template <typename Items>
  [[nodiscard]] const auto& one_of(const Items& items) {
    return items[choose_(static_cast<unsigned>(items.size()))];
  }

  // A field of an object, perhaps with a directive that leaves it out.
  [[nodiscard]] std::string maybe_left_out(const std::string& alias,
                                           const schema::OutputField& chosen, int depth);
  [[nodiscard]] std::string selections(const schema::Type& type, int depth);
  [[nodiscard]] std::string arguments(const schema::OutputField& field);
  [[nodiscard]] std::string row_arguments(const model::Table& table);
  [[nodiscard]] std::string order_by(const model::Table& table);
  [[nodiscard]] std::string direction();
  // An input object of the type, in braces.
  [[nodiscard]] std::string condition(const schema::Type& type, int depth);
  [[nodiscard]] std::string member(const schema::InputField& member, int depth);
  // Of a <t>_aggregate_bool_exp_<function>.
  [[nodiscard]] std::string aggregate_condition(const schema::Type& type, int depth);
  // Empty if there is none of the type.
  [[nodiscard]] std::string literal(const language::TypeReference& type);

  const schema::Schema& schema_;
  Literals literals_;
  Choose choose_;
};

}  // namespace edo::testing
