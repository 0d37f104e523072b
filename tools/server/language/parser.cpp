#include "tools/server/language/parser.hpp"

#include <simdjson.h>

#include <string>
#include <utility>

#include "tools/server/language/error.hpp"
#include "tools/server/language/lexer.hpp"

namespace edo::language {
namespace {

// Recursive descent with one token of lookahead. Each function is named after its rule of the
// grammar.
class Parser {
 public:
  explicit Parser(std::string_view source) : lexer_(source), token_(lexer_.next()) {}

  Document document() {
    Document result;
    do {
      const bool is_described = take_description();
      if (is_described && is_sign("{")) refuse_syntax();
      if (is_word("fragment")) {
        result.fragments.push_back(fragment_definition());
      } else {
        result.operations.push_back(operation_definition());
      }
    } while (token_.kind != TokenKind::end);
    return result;
  }

 private:
  // A constant value may not contain variables.
  enum class Variables { allowed, refused };

  class Nested {
   public:
    explicit Nested(Parser& parser) : parser_(parser) {
      if (++parser_.nesting_ <= kMaxNesting) return;
      throw RequestError(
          "validation-failed", "$.query",
          "the query is nested deeper than " + std::to_string(kMaxNesting) + " levels");
    }
    Nested(const Nested&) = delete;
    Nested& operator=(const Nested&) = delete;
    ~Nested() { --parser_.nesting_; }

   private:
    Parser& parser_;
  };

  Operation operation_definition() {
    Operation result;
    if (!is_sign("{")) {
      result.kind = operation_type();
      if (token_.kind == TokenKind::name) result.name = name();
      if (is_sign("(")) result.variables = variable_definitions();
      result.directives = directives(Variables::allowed);
    }
    result.selections = selection_set();
    return result;
  }

  OperationKind operation_type() {
    const std::string word = name();
    if (word == "query") return OperationKind::query;
    if (word == "mutation") return OperationKind::mutation;
    if (word == "subscription") return OperationKind::subscription;
    refuse_syntax();
  }

  std::vector<VariableDefinition> variable_definitions() {
    std::vector<VariableDefinition> result;
    expect("(");
    do {
      VariableDefinition variable;
      (void)take_description();
      variable.name = variable_name();
      expect(":");
      variable.type = type();
      if (take("=")) variable.default_value = value(Variables::refused);
      (void)directives(Variables::refused);
      result.push_back(std::move(variable));
    } while (!take(")"));
    return result;
  }

  std::string variable_name() {
    expect("$");
    return name();
  }

  TypeReference type() {
    const Nested nested(*this);
    TypeReference result;
    if (take("[")) {
      result.item.push_back(type());
      expect("]");
    } else {
      result.name = name();
    }
    result.non_null = take("!");
    return result;
  }

  SelectionSet selection_set() {
    const Nested nested(*this);
    SelectionSet result;
    expect("{");
    do {
      result.push_back(selection());
    } while (!take("}"));
    return result;
  }

  Selection selection() {
    if (!take("...")) return field();
    if (token_.kind == TokenKind::name && !is_word("on")) {
      FragmentSpread spread;
      spread.name = name();
      spread.directives = directives(Variables::allowed);
      return spread;
    }
    InlineFragment fragment;
    if (take_word("on")) fragment.type_condition = name();
    fragment.directives = directives(Variables::allowed);
    fragment.selections = selection_set();
    return fragment;
  }

  Field field() {
    Field result;
    result.location = token_.location;
    result.name = name();
    if (take(":")) {
      result.alias = std::move(result.name);
      result.name = name();
    }
    result.arguments = arguments(Variables::allowed);
    result.directives = directives(Variables::allowed);
    if (is_sign("{")) result.selections = selection_set();
    return result;
  }

  Fragment fragment_definition() {
    Fragment result;
    advance();
    if (is_word("on")) refuse_syntax();
    result.name = name();
    if (!take_word("on")) refuse_syntax();
    result.type_condition = name();
    (void)directives(Variables::allowed);
    result.selections = selection_set();
    return result;
  }

  std::vector<Directive> directives(Variables variables) {
    std::vector<Directive> result;
    while (take("@")) {
      Directive directive;
      directive.name = name();
      directive.arguments = arguments(variables);
      result.push_back(std::move(directive));
    }
    return result;
  }

  std::vector<Argument> arguments(Variables variables) {
    std::vector<Argument> result;
    if (!take("(")) return result;
    do {
      std::string argument = name();
      expect(":");
      result.push_back({std::move(argument), value(variables)});
    } while (!take(")"));
    return result;
  }

  Value value(Variables variables) {
    const Nested nested(*this);
    Value result;
    result.location = token_.location;
    switch (token_.kind) {
      case TokenKind::integer:
        result.kind = IntValue{std::string(token_.text)};
        break;
      case TokenKind::floating:
        result.kind = FloatValue{std::string(token_.text)};
        break;
      case TokenKind::string:
        result.kind = std::move(token_.value);
        break;
      case TokenKind::name:
        result.kind = named_value(token_.text);
        break;
      default:
        result.kind = compound_value(variables);
        return result;
    }
    advance();
    return result;
  }

  static decltype(Value::kind) named_value(std::string_view word) {
    if (word == "null") return NullValue{};
    if (word == "true") return true;
    if (word == "false") return false;
    return EnumValue{std::string(word)};
  }

  decltype(Value::kind) compound_value(Variables variables) {
    if (take("[")) {
      ListValue list;
      while (!take("]")) list.items.push_back(value(variables));
      return list;
    }
    if (take("{")) {
      ObjectValue object;
      while (!take("}")) {
        std::string member = name();
        expect(":");
        object.members.push_back({std::move(member), value(variables)});
      }
      return object;
    }
    if (variables == Variables::refused) refuse_syntax();
    return VariableUse{variable_name()};
  }

  // The description of a definition, which the edition of September 2025 added.
  bool take_description() {
    if (token_.kind != TokenKind::string) return false;
    advance();
    return true;
  }

  std::string name() {
    if (token_.kind != TokenKind::name) refuse_syntax();
    std::string result(token_.text);
    advance();
    return result;
  }

  void advance() { token_ = lexer_.next(); }
  [[nodiscard]] bool is_sign(std::string_view sign) const {
    return token_.kind == TokenKind::punctuator && token_.text == sign;
  }
  [[nodiscard]] bool is_word(std::string_view word) const {
    return token_.kind == TokenKind::name && token_.text == word;
  }
  bool take(std::string_view sign) {
    if (!is_sign(sign)) return false;
    advance();
    return true;
  }
  bool take_word(std::string_view word) {
    if (!is_word(word)) return false;
    advance();
    return true;
  }
  void expect(std::string_view sign) {
    if (!take(sign)) refuse_syntax();
  }

  Lexer lexer_;
  Token token_;
  std::size_t nesting_ = 0;
};

}  // namespace

Document parse(std::string_view text, std::size_t max_bytes) {
  if (text.size() > max_bytes) {
    throw RequestError("validation-failed", "$.query",
                       "the query is larger than " + std::to_string(max_bytes) + " bytes");
  }
  if (!simdjson::validate_utf8(text.data(), text.size())) refuse_syntax();
  return Parser(text).document();
}

}  // namespace edo::language
