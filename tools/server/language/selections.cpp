#include "tools/server/language/selections.hpp"

#include <algorithm>
#include <unordered_map>

#include "tools/server/language/input.hpp"
#include "tools/server/language/parser.hpp"
#include "tools/server/language/type_reference.hpp"

namespace edo::language {
namespace {

// The directives of requests, with their arguments.
struct KnownDirective {
  const char* name;
  bool on_fields;
  std::vector<std::string_view> arguments;
};
const KnownDirective kDirectives[] = {
    {"include", true, {"if"}},
    {"skip", true, {"if"}},
    {"cached", false, {"ttl", "refresh"}},
};

void check_directives(const std::vector<Directive>& directives, bool on_fields, const char* where,
                      const Path& path) {
  std::set<std::string_view> seen;
  for (const Directive& directive : directives) {
    const auto* known = std::find_if(std::begin(kDirectives), std::end(kDirectives),
                                     [&](const auto& k) { return k.name == directive.name; });
    if (known == std::end(kDirectives)) {
      refuse(path, "directive " + in_quotes(directive.name) + " is not defined in the schema");
    }
    if (known->on_fields != on_fields) {
      refuse(path, "directive " + in_quotes(directive.name) + " is not allowed on " + where);
    }
    if (!seen.insert(directive.name).second) {
      refuse(path, "the following directives are used more than once: [" +
                       in_quotes(directive.name) + "]");
    }
    for (const Argument& argument : directive.arguments) {
      const auto& names = known->arguments;
      if (std::find(names.begin(), names.end(), argument.name) == names.end()) {
        refuse(Path(path, directive.name),
               in_quotes(directive.name) + " has no argument named " + in_quotes(argument.name));
      }
    }
  }
}

bool condition_of(const Directive& directive, const Variables& variables, const Path& path) {
  const Path directive_path(path, directive.name);
  const Path arguments(directive_path, "args");
  const Path place(arguments, "if");
  if (directive.arguments.empty()) refuse(place, "missing required field 'if'");
  const Input input = variables.resolve(Input(directive.arguments[0].value),
                                        non_null(named_type("Boolean")), place);
  if (const bool* value = input.boolean()) return *value;
  refuse(place,
         std::string("expected a boolean for type 'Boolean', but found ") + input.describe());
}

const char* name_of(OperationKind kind) {
  switch (kind) {
    case OperationKind::query:
      return "a query";
    case OperationKind::mutation:
      return "a mutation";
    case OperationKind::subscription:
      break;
  }
  return "a subscription";
}

// "a", then "a" and "b", then "a", "b" and "c".
std::string english_list(const std::vector<std::string_view>& names) {
  std::string text;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (i > 0) text += i + 1 == names.size() ? " and " : ", ";
    text += '"';
    text += names[i];
    text += '"';
  }
  return text;
}

}  // namespace

// The fields of one object so far, by response key.
class Selections::Collected {
 public:
  explicit Collected(FieldPairs& known_same) : known_same_(known_same) {}

  std::vector<SelectedField> fields;

  void add(const Field& field, const Path& path) {
    const auto [entry, is_new] = by_key_.emplace(field.response_key(), fields.size());
    if (is_new) {
      fields.push_back({entry->first, &field, {}});
    } else {
      check_same(*fields[entry->second].field, field, path);
    }
    if (!field.selections.empty()) {
      fields[entry->second].selections.push_back(&field.selections);
    }
  }

 private:
  void check_same(const Field& one, const Field& other, const Path& path) {
    if (!known_same_.emplace(&one, &other).second) return;
    if (one.name != other.name) {
      refuse(path, "selection of both " + in_quotes(one.name) + " and " + in_quotes(other.name) +
                       " specify the same response name, " + in_quotes(one.response_key()));
    }
    if (!same_arguments(one.arguments, other.arguments)) {
      refuse(path,
             "inconsistent arguments between multiple selections of field " + in_quotes(one.name));
    }
  }

  FieldPairs& known_same_;
  std::unordered_map<std::string_view, std::size_t> by_key_;
};

Selections::Selections(const Document& document, const Operation& operation,
                       const Variables& variables, const Limits& limits)
    : variables_(variables), limits_(limits) {
  for (const Fragment& fragment : document.fragments) {
    if (!fragments_.emplace(fragment.name, &fragment).second) {
      refuse({}, "multiple definitions for fragment \"" + fragment.name + "\"", "parse-failed");
    }
  }
  std::vector<std::string_view> inside;
  check_fragments(operation.selections, inside, 0);
  check_directives(operation.directives, false, name_of(operation.kind), {});
}

void Selections::check_fragments(const SelectionSet& set, std::vector<std::string_view>& inside,
                                 std::size_t nesting) {
  const Path root;
  const Path path(root, "selectionSet");
  if (nesting > kMaxNesting) {
    refuse(path, "fragments are nested deeper than " + std::to_string(kMaxNesting) + " levels");
  }
  for (const Selection& selection : set) {
    if (const auto* field = std::get_if<Field>(&selection)) {
      check_fragments(field->selections, inside, nesting + 1);
    } else if (const auto* fragment = std::get_if<InlineFragment>(&selection)) {
      check_fragments(fragment->selections, inside, nesting + 1);
    } else {
      const std::string& name = std::get<FragmentSpread>(selection).name;
      const auto cycle = std::find(inside.begin(), inside.end(), name);
      if (cycle != inside.end()) {
        refuse(path, "the fragment definition(s) " + english_list({cycle, inside.end()}) +
                         " form a cycle");
      }
      const auto found = fragments_.find(name);
      if (found == fragments_.end()) {
        refuse(path, "reference to undefined fragment \"" + name + "\"");
      }
      if (!checked_.insert(name).second) continue;
      inside.push_back(name);
      check_fragments(found->second->selections, inside, nesting + 1);
      inside.pop_back();
    }
  }
}

std::vector<SelectedField> Selections::of(const std::vector<const SelectionSet*>& sets,
                                          std::string_view type_name, const Path& path) {
  // Each field is two links of the path: its name, and the "selectionSet" that contains it.
  if (path.length() / 2 >= limits_.depth) {
    refuse(path, "the query is nested deeper than " + std::to_string(limits_.depth) +
                     " levels of fields");
  }
  Collected collected(known_same_);
  for (const SelectionSet* set : sets) collect(*set, type_name, path, 0, collected);
  return std::move(collected.fields);
}

void Selections::collect(const SelectionSet& set, std::string_view type_name, const Path& path,
                         std::size_t nesting, Collected& fields) {
  if (nesting > kMaxNesting) {
    refuse(path, "fragments are nested deeper than " + std::to_string(kMaxNesting) + " levels");
  }
  for (const Selection& selection : set) {
    // Spreads count as well, since fragments that spread others twice grow exponentially.
    if (++selected_ > limits_.fields) {
      refuse(path, "the query selects more than " + std::to_string(limits_.fields) + " fields");
    }
    if (const auto* field = std::get_if<Field>(&selection)) {
      if (is_included(field->directives, "a field", path)) fields.add(*field, path);
      continue;
    }
    // A fragment on another type is not an error, but selects nothing.
    if (const auto* fragment = std::get_if<InlineFragment>(&selection)) {
      const bool fits = fragment->type_condition.empty() || fragment->type_condition == type_name;
      if (is_included(fragment->directives, "an inline fragment", path) && fits) {
        collect(fragment->selections, type_name, path, nesting + 1, fields);
      }
    } else {
      const auto& spread = std::get<FragmentSpread>(selection);
      const Fragment& definition = *fragments_.at(spread.name);
      if (is_included(spread.directives, "a fragment spread", path) &&
          definition.type_condition == type_name) {
        collect(definition.selections, type_name, path, nesting + 1, fields);
      }
    }
  }
}

bool Selections::is_included(const std::vector<Directive>& directives, const char* where,
                             const Path& path) const {
  check_directives(directives, true, where, path);
  return std::all_of(directives.begin(), directives.end(), [&](const Directive& directive) {
    return condition_of(directive, variables_, path) == (directive.name == "include");
  });
}

const Operation& choose_operation(const Document& document, std::string_view name) {
  const auto& operations = document.operations;
  if (name.empty()) {
    if (operations.size() == 1) return operations[0];
    refuse({},
           "exactly one operation has to be present in the document when operationName is not "
           "specified");
  }
  const auto found = std::find_if(operations.begin(), operations.end(),
                                  [&](const Operation& o) { return o.name == name; });
  if (found == operations.end()) {
    refuse({}, "no such operation found in the document: \"" + std::string(name) + "\"");
  }
  return *found;
}

}  // namespace edo::language
