// The fields that an operation selects of each object: fragments are spread, @include and @skip
// applied, and the selections of one response key merged.
#pragma once

#include <cstddef>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tools/server/language/ast.hpp"
#include "tools/server/language/path.hpp"
#include "tools/server/language/request.hpp"
#include "tools/server/language/variables.hpp"

namespace edo::language {

struct SelectedField {
  std::string_view key;  // in the response
  const Field* field = nullptr;
  std::vector<const SelectionSet*> selections;  // of all fields that are merged here
};

// Descends one object at a time, on request, and stops at the limits. A view of the document and
// the variables, which must outlive it.
class Selections {
 public:
  // Throws RequestError for fragments that are missing, defined twice or recursive, and for
  // directives that the operation may not have.
  Selections(const Document& document, const Operation& operation, const Variables& variables,
             const Limits& limits);

  // `path` is the object's "selectionSet". Throws RequestError for conflicting selections, and
  // beyond the limits.
  [[nodiscard]] std::vector<SelectedField> of(const std::vector<const SelectionSet*>& sets,
                                              std::string_view type_name, const Path& path);

 private:
  class Collected;
  using FieldPairs = std::set<std::pair<const Field*, const Field*>>;

  void check_fragments(const SelectionSet& set, std::vector<std::string_view>& inside,
                       std::size_t nesting);
  void collect(const SelectionSet& set, std::string_view type_name, const Path& path,
               std::size_t nesting, Collected& fields);
  [[nodiscard]] bool is_included(const std::vector<Directive>& directives, const char* where,
                                 const Path& path) const;

  std::map<std::string_view, const Fragment*> fragments_;
  std::set<std::string_view> checked_;
  const Variables& variables_;
  const Limits& limits_;
  std::size_t selected_ = 0;
  FieldPairs known_same_;  // so that a fragment that is spread often is compared once
};

// The operation called `name`; the only one if that is empty. Throws RequestError.
[[nodiscard]] const Operation& choose_operation(const Document& document, std::string_view name);

}  // namespace edo::language
