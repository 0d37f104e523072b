// Answers `__schema` and `__type`: GraphQL's introspection of a role's schema.
#pragma once

#include <cstddef>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "tools/server/language/selections.hpp"
#include "tools/server/language/variables.hpp"
#include "tools/server/schema/schema.hpp"

namespace edo::schema {

// Computes everything once; a result selects from it. Any number of threads may use it. The schema
// need not outlive it.
class Introspection {
 public:
  explicit Introspection(const Schema& schema, std::size_t max_bytes = std::size_t{64} << 20);

  // The value of one of the two fields of query_root, as JSON text. `path` is the field's own.
  // Throws RequestError, also if the result would exceed max_bytes: types refer to each other, so a
  // short query can have a huge result.
  [[nodiscard]] std::string answer(const language::SelectedField& field,
                                   language::Selections& selections,
                                   const language::Variables& variables,
                                   const language::Path& path) const;

 private:
  struct Wanted;

  [[nodiscard]] std::vector<Wanted> read(const std::vector<const language::SelectionSet*>& sets,
                                         const Type& type, language::Selections& selections,
                                         const language::Path& path) const;
  void print(const nlohmann::json& value, const Wanted& wanted, std::string& out) const;
  [[nodiscard]] const nlohmann::json& member(const nlohmann::json& value,
                                             const std::string& name) const;

  std::size_t max_bytes_;
  nlohmann::json schema_;
  nlohmann::json types_;  // by name
};

}  // namespace edo::schema
