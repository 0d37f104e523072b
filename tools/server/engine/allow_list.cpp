#include "tools/server/engine/allow_list.hpp"

#include <algorithm>

#include "edo/error.hpp"
#include "tools/server/language/error.hpp"
#include "tools/server/language/lexer.hpp"

namespace edo::engine {
namespace {

// The tokens of each definition, which ends with its outermost brace, in the order of their text.
std::string normalized(std::string_view query) {
  language::Lexer lexer(query);
  std::vector<std::string> definitions(1);
  int depth = 0;
  for (auto token = lexer.next(); token.kind != language::TokenKind::end; token = lexer.next()) {
    if (token.text == "__typename") continue;
    depth += token.text == "{" ? 1 : token.text == "}" ? -1 : 0;
    // A separator that no token begins or ends with.
    definitions.back().append(token.text).append(1, '\n');
    if (token.text == "}" && depth == 0) definitions.emplace_back();
  }
  std::sort(definitions.begin(), definitions.end());
  std::string result;
  for (const auto& definition : definitions) result += definition + "\f";
  return result;
}

}  // namespace

AllowList::AllowList(const std::vector<model::AllowedQueries>& allowed) {
  for (const auto& each : allowed) {
    Entry entry{{}, each.roles};
    for (const auto& query : each.queries) {
      try {
        entry.queries.insert(normalized(query));
      } catch (const language::RequestError&) {
        throw Error(ErrorKind::invalid_argument, "read", "query_collections.yaml",
                    "not GraphQL: " + query);
      }
    }
    entries_.push_back(std::move(entry));
  }
}

bool AllowList::allows(std::string_view query, const std::string& role) const {
  if (role == "admin") return true;
  const std::string wanted = normalized(query);
  return std::any_of(entries_.begin(), entries_.end(), [&](const Entry& entry) {
    return (!entry.roles || entry.roles->contains(role)) && entry.queries.contains(wanted);
  });
}

}  // namespace edo::engine
