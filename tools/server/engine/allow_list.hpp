// Hasura's allow list: roles other than admin may only send the operations of the metadata's query
// collections.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "tools/server/model/metadata.hpp"

namespace edo::engine {

class AllowList {
 public:
  // Throws Error invalid_argument for a collected query that is not GraphQL.
  explicit AllowList(const std::vector<model::AllowedQueries>& allowed);

  // Operations are equal if they differ only in white space, comments, `__typename` and the order
  // of their definitions. `query` is valid GraphQL.
  [[nodiscard]] bool allows(std::string_view query, const std::string& role) const;

 private:
  struct Entry {
    std::set<std::string> queries;
    std::optional<std::set<std::string>> roles;
  };
  std::vector<Entry> entries_;
};

}  // namespace edo::engine
