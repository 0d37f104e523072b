// Reads the arguments of a client and checks them against the types of its role.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "tools/server/language/input.hpp"
#include "tools/server/language/path.hpp"
#include "tools/server/language/variables.hpp"
#include "tools/server/schema/schema.hpp"

namespace edo::plan {

// A value with its place. Its path is a link of its parent's, which must outlive it.
struct Place {
  language::Input input;  // with variables resolved
  const language::TypeReference* type;
  language::Path path;
  const schema::InputField* field;  // the argument or member whose value, or item of a list, it is
};

// Null if nothing has that name.
[[nodiscard]] const Place* find_place(const std::vector<Place>& places, std::string_view name);
// Null also for a null value, for arguments where that means the same.
[[nodiscard]] const Place* find_given(const std::vector<Place>& places, std::string_view name);

// All throw RequestError, with Hasura's message, for values that do not fit.
class Reader {
 public:
  Reader(const schema::Schema& schema, const language::Variables& variables)
      : schema_(schema), variables_(variables) {}

  // The given arguments in the schema's order. `path` is the field's "args".
  [[nodiscard]] std::vector<Place> arguments(const schema::OutputField& definition,
                                             const language::Field& field,
                                             const language::Path& path) const;
  // The given members of an input object in the schema's order.
  [[nodiscard]] std::vector<Place> members(const Place& place) const;
  // The items of a list; a single value is a list of one.
  [[nodiscard]] std::vector<Place> items(const Place& place) const;

  [[nodiscard]] const schema::EnumDefinition& enumerated(const Place& place) const;
  [[nodiscard]] bool boolean(const Place& place) const;
  [[nodiscard]] std::uint64_t natural(const Place& place) const;
  [[nodiscard]] std::int64_t offset(const Place& place) const;
  [[nodiscard]] const std::string& text(const Place& place) const;
  // A column's value: any JSON, not checked yet.
  [[nodiscard]] nlohmann::json json(const Place& place) const {
    return variables_.to_json(place.input);
  }

 private:
  [[nodiscard]] Place place(language::Input input, const schema::InputField& field,
                            const language::TypeReference& type, const language::Path& path) const;

  const schema::Schema& schema_;
  const language::Variables& variables_;
};

}  // namespace edo::plan
