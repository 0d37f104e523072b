// Every option there is, once: its names, what its values look like and where it lives in Options.
// JSON, the environment and validation all go through this table. Constant after its first use.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "edo/options.hpp"

namespace edo::options {

enum class Shape {
  flag,          // true, false
  text,          // at most `max` bytes, at least `min`
  texts,         // a list of texts
  integer,       // from `min` to `max`
  milliseconds,  // the same, as a time
  choice,        // one of `choices`
  encryption,    // how to talk TLS to the central database, see ssl_mode_of()
};

// Between any source and Options, a value is JSON.
using Value = nlohmann::json;

struct Option {
  std::string name;                    // "database.port", as in JSON
  std::string field;                   // "central_database.port", as in Options
  std::string variable;                // "OBSERVABILITY_DATABASE_PORT"
  std::string fallback_variable = {};  // read where `variable` is not set
  Shape shape;
  std::int64_t min = 0;
  std::int64_t max = 0;
  bool or_zero = false;  // 0 is fine as well, for "no bound"
  std::vector<std::string> choices = {};
  bool secret = false;   // its value must not appear in a message
  bool shipped = false;  // to the central database, so it must be UTF-8
  bool ships = false;    // says how the host itself ships, which it does not while replicate is off

  Value (*get)(const Options&);
  // Accepts only values without a problem().
  void (*set)(Options&, const Value&);
};

[[nodiscard]] const std::vector<Option>& table();

// What is wrong with the value, or nothing.
[[nodiscard]] std::optional<std::string> problem(const Option& option, const Value& value);

// The value of a variable's text. Text that cannot be read as the option's kind stays text, which
// problem() refuses.
[[nodiscard]] Value read_variable(const Option& option, std::string_view text);

}  // namespace edo::options
