// Random requests that are right: every field, argument and operator that a schema offers.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "tools/server/language/request.hpp"
#include "tools/server/schema/schema.hpp"

namespace edo::testing {

// Response keys say how a value is compared: those that begin with kAbout are results of floating
// point, whose last digits depend on the order of the rows; the members of those that begin with
// kDocument may come in any order.
inline constexpr const char* kAbout = "about";
inline constexpr const char* kDocument = "document";

class RandomQuery {
 public:
  // Says a number below the one given.
  using Choose = std::function<unsigned(unsigned)>;
  // Literals to compare with, by the name of the operator, such as "_regex", or else by the type's
  // GraphQL name. Types without any are not compared. Those of "jsonb variable" are JSON.
  using Literals = std::map<std::string, std::vector<std::string>>;

  RandomQuery(const schema::Schema& schema, Literals literals, Choose choose)
      : schema_(schema), literals_(std::move(literals)), choose_(std::move(choose)) {}

  // Whatever rows it asks for come in an order of their own, so that there is one right answer. A
  // function is called as `name(args: {…}, where: {_and: [{}, …]}`, so that a table may take its
  // place.
  [[nodiscard]] language::Request request();

  // A filter of the table's rows for metadata, in YAML.
  [[nodiscard]] std::string filter(const model::Table& table);

 private:
  [[nodiscard]] bool chance(unsigned one_in) { return choose_(one_in) == 0; }
  template <typename Items>
  [[nodiscard]] const auto& one_of(const Items& items) {
    return items[choose_(static_cast<unsigned>(items.size()))];
  }

  // A field of an object, perhaps with a directive that leaves it out.
  [[nodiscard]] std::string maybe_left_out(const schema::Type& type,
                                           const schema::OutputField& chosen, int depth);
  [[nodiscard]] std::string selections(const schema::Type& type, int depth);
  [[nodiscard]] std::string in_fragment(const schema::Type& type, std::string selected);
  [[nodiscard]] std::string response_key(const schema::Type& type,
                                         const schema::OutputField& chosen);
  [[nodiscard]] std::string arguments(const schema::OutputField& field);
  [[nodiscard]] std::string row_arguments(const schema::OutputField& field);
  [[nodiscard]] std::string group_keys(const schema::InputField& argument);
  [[nodiscard]] std::string order_by(const model::Table& table,
                                     const std::vector<std::string>& distinct_on);
  [[nodiscard]] std::string direction();
  // An input object of the type, in braces.
  [[nodiscard]] std::string condition(const schema::Type& type, int depth);
  [[nodiscard]] std::string member(const schema::InputField& member, int depth);
  // Of a <t>_aggregate_bool_exp_<function>.
  [[nodiscard]] std::string aggregate_condition(const schema::Type& type, int depth);
  // Empty if there is none of the type.
  [[nodiscard]] std::string literal(const language::TypeReference& type,
                                    const std::string& operation = "");
  // Its name with a $; the variable has this value in JSON.
  [[nodiscard]] std::string variable(const std::string& type, const std::string& value);

  const schema::Schema& schema_;
  Literals literals_;
  Choose choose_;
  bool for_metadata_ = false;
  unsigned keys_ = 0;
  std::string definitions_;  // of variables
  std::string values_;       // of variables, as members of an object
  std::string fragments_;
};

}  // namespace edo::testing
