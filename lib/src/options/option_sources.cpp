#include "edo/option_sources.hpp"

#include <unistd.h>

#include <algorithm>
#include <numeric>
#include <utility>

#include "base/text.hpp"
#include "options/table.hpp"

namespace edo {
namespace {

using options::Option;
using options::Value;

constexpr std::string_view kPrefix = "OBSERVABILITY_";
constexpr std::string_view kGroup = "database";
constexpr std::size_t kShownBytes = 80;  // of an unknown name, in a message

[[noreturn]] void refuse(const std::string& name, const std::string& why) {
  throw Error(ErrorKind::invalid_argument, {}, name, why);
}

// A name may be any text; a message is one line of reasonable length.
std::string one_line(const std::string& name) {
  std::string cut;
  base::admit_text(name, kShownBytes, cut);
  const std::string quoted = base::json_quote(cut);
  return quoted.substr(1, quoted.size() - 2);
}

void set(Options& options, const Option& option, const std::string& name, const Value& value) {
  if (const auto why = options::problem(option, value)) refuse(name, *why);
  option.set(options, value);
}

char lower(char c) noexcept { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

// How many letters must be added, removed or changed to make one text of the other, where case
// does not matter.
std::size_t distance(std::string_view one, std::string_view other) {
  std::vector<std::size_t> row(other.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < one.size(); ++i) {
    std::size_t diagonal = std::exchange(row[0], i + 1);
    for (std::size_t j = 0; j < other.size(); ++j) {
      const std::size_t changed = diagonal + (lower(one[i]) == lower(other[j]) ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({changed, row[j] + 1, row[j + 1] + 1});
    }
  }
  return row.back();
}

// Of `names`, the one that is most like `name`, and how far it is.
std::pair<std::string, std::size_t> nearest(std::string_view name,
                                            const std::vector<std::string>& names) {
  std::pair<std::string, std::size_t> best{"", std::string::npos};
  for (const std::string& candidate : names) {
    const std::size_t apart = distance(name, candidate);
    if (apart < best.second) best = {candidate, apart};
  }
  return best;
}

// An option may have been looked for in the wrong place: 'host' is meant as database.host.
[[noreturn]] void refuse_unknown(const std::string& written) {
  const std::string name = one_line(written);
  const std::string last = name.substr(name.rfind('.') + 1);
  std::vector<std::string> names;
  for (const Option& option : options::table()) {
    if (option.name.substr(option.name.rfind('.') + 1) == last) {
      refuse(name, "unknown option; did you mean " + option.name + "?");
    }
    names.push_back(option.name);
  }
  const auto [candidate, apart] = nearest(name, names);
  const bool likely = apart <= std::max<std::size_t>(2, name.size() / 3);
  refuse(name, "unknown option" + (likely ? "; did you mean " + candidate + "?" : ""));
}

// `where` is the path of the object: "" or "database.".
void apply_object(Options& options, const Value& object, const std::string& where) {
  for (const auto& [key, value] : object.items()) {
    const std::string name = where + key;
    if (name == kGroup) {
      if (value.is_object()) {
        apply_object(options, value, name + ".");
      } else if (!value.is_null()) {
        refuse(name, std::string("must be an object, not ") + value.type_name() +
                         "; put a connection string into database.connectionString");
      }
      continue;
    }
    const auto& table = options::table();
    const auto option = std::find_if(table.begin(), table.end(),
                                     [&](const Option& one) { return one.name == name; });
    // A key with a dot in it must not reach into the group.
    if (option == table.end() || key.find('.') != std::string::npos) refuse_unknown(name);
    if (!value.is_null()) set(options, *option, name, value);
  }
}

// The name of the variable that tells this option, or nothing.
const std::string* variable_in(const Environment& environment, const Option& option) {
  for (const std::string* name : {&option.variable, &option.fallback_variable}) {
    const auto found = environment.find(*name);
    if (found != environment.end() && !found->second.empty()) return name;
  }
  return nullptr;
}

// Others may use our prefix (a cluster names the address of a service called "observability" that
// way), so a variable is refused only if it can hardly be meant for anybody else.
void refuse_misspelt(const Environment& environment) {
  constexpr std::size_t kSlips = 2;
  std::vector<std::string> names;
  for (const Option& option : options::table()) names.push_back(option.variable);
  for (auto entry = environment.lower_bound(kPrefix);
       entry != environment.end() && entry->first.starts_with(kPrefix); ++entry) {
    const auto [candidate, apart] = nearest(entry->first, names);
    if (apart > 0 && apart <= kSlips) {
      refuse(entry->first, "unknown option; did you mean " + candidate + "?");
    }
  }
}

}  // namespace

Environment process_environment() {
  Environment environment;
  if (environ == nullptr) return environment;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view text(*entry);
    const auto equals = text.find('=');
    if (equals == std::string_view::npos) continue;
    environment.emplace(text.substr(0, equals), text.substr(equals + 1));
  }
  return environment;
}

void apply_json(Options& options, std::string_view json) {
  // The parser's own message would quote the text, which may hold a password.
  const Value object = Value::parse(json, nullptr, false);
  if (object.is_discarded()) refuse("options", "not valid JSON");
  if (!object.is_object()) {
    refuse("options", std::string("must be a JSON object, not ") + object.type_name());
  }
  Options changed = options;
  apply_object(changed, object, "");
  options = std::move(changed);
}

Options options_from_json(std::string_view json) {
  Options options;
  apply_json(options, json);
  return options;
}

void apply_environment(Options& options, const Environment& environment) {
  Options changed = options;
  refuse_misspelt(environment);
  for (const Option& option : options::table()) {
    const std::string* variable = variable_in(environment, option);
    if (variable == nullptr) continue;
    const std::string& text = environment.find(*variable)->second;
    set(changed, option, *variable, options::read_variable(option, text));
  }
  options = std::move(changed);
}

Options options_from_environment(const Environment& environment) {
  Options options;
  apply_environment(options, environment);
  return options;
}

void validate(const Options& options) {
  for (const Option& option : options::table()) {
    if (const auto why = options::problem(option, option.get(options))) {
      refuse(option.field, *why);
    }
  }
}

}  // namespace edo
