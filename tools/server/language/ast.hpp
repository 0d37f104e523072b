// The syntax tree of a GraphQL document: October 2021 edition, executable definitions only.
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace edo::language {

// A position in the text, from 1, for error messages.
struct Location {
  int line = 0;
  int column = 0;
};

struct Value;

struct NullValue {};
struct IntValue {
  std::string digits;  // as written: a bigint does not fit every number type
};
struct FloatValue {
  std::string digits;
};
struct EnumValue {
  std::string name;
};
struct VariableUse {
  std::string name;
};
struct ListValue {
  std::vector<Value> items;
};
struct ObjectMember;
struct ObjectValue {
  std::vector<ObjectMember> members;
};

struct Value {
  std::variant<NullValue, bool, IntValue, FloatValue, std::string, EnumValue, VariableUse,
               ListValue, ObjectValue>
      kind;
  Location location;
};
struct ObjectMember {
  std::string name;
  Value value;
};

struct Argument {
  std::string name;
  Value value;
};

struct Directive {
  std::string name;
  std::vector<Argument> arguments;
};

struct Field;
struct FragmentSpread {
  std::string name;
  std::vector<Directive> directives;
};
struct InlineFragment;
using Selection = std::variant<Field, FragmentSpread, InlineFragment>;
using SelectionSet = std::vector<Selection>;

struct Field {
  std::string alias;  // empty: the name is the response key
  std::string name;
  std::vector<Argument> arguments;
  std::vector<Directive> directives;
  SelectionSet selections;
  Location location;

  [[nodiscard]] const std::string& response_key() const { return alias.empty() ? name : alias; }
};

struct InlineFragment {
  std::string type_condition;  // empty: none
  std::vector<Directive> directives;
  SelectionSet selections;
};

// [Int!]! is a list, non-null, of Int, non-null.
struct TypeReference {
  std::string name;                 // of a named type; empty for a list
  std::vector<TypeReference> item;  // one element for a list
  bool non_null = false;
};

struct VariableDefinition {
  std::string name;
  TypeReference type;
  std::optional<Value> default_value;
};

enum class OperationKind { query, mutation, subscription };

struct Operation {
  OperationKind kind = OperationKind::query;
  std::string name;
  std::vector<VariableDefinition> variables;
  std::vector<Directive> directives;
  SelectionSet selections;
};

struct Fragment {
  std::string name;
  std::string type_condition;
  SelectionSet selections;
};

struct Document {
  std::vector<Operation> operations;
  std::vector<Fragment> fragments;
};

}  // namespace edo::language
