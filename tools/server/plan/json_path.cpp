#include "tools/server/plan/json_path.hpp"

#include <cctype>
#include <optional>

#include "tools/server/language/json.hpp"

namespace edo::plan {
namespace {

// A path is a $ alone, or one or more keys and brackets, each perhaps behind a point. Functions are
// absent if the text does not go on so.
class JsonPath {
 public:
  explicit JsonPath(std::string_view text) : rest_(text) {}

  std::optional<std::vector<std::string>> parse() {
    std::vector<std::string> steps;
    if (rest_ == "$") return steps;
    (void)take('$');
    do {
      auto step = this->step();
      if (!step) return std::nullopt;
      steps.push_back(std::move(*step));
    } while (!rest_.empty());
    return steps;
  }

 private:
  [[nodiscard]] char next() const { return rest_.empty() ? '\0' : rest_[0]; }
  bool take(char c) {
    if (rest_.empty() || rest_[0] != c) return false;
    rest_.remove_prefix(1);
    return true;
  }

  std::optional<std::string> step() {
    (void)take('.');
    return take('[') ? bracketed() : key();
  }

  static bool is_letter(char c) {
    return std::isalpha(static_cast<unsigned char>(c)) != 0 || static_cast<unsigned char>(c) >= 128;
  }
  static bool is_digit(char c) { return c >= '0' && c <= '9'; }

  std::optional<std::string> key() {
    if (!is_letter(next()) && next() != '_') return std::nullopt;
    std::string result;
    for (; is_letter(next()) || is_digit(next()) || next() == '_' || next() == '-';
         rest_.remove_prefix(1)) {
      result += rest_[0];
    }
    return result;
  }

  // [0], ['any key'] or ["any key"]; behind its [.
  std::optional<std::string> bracketed() {
    const bool is_quoted = next() == '"' || next() == '\'';
    auto result = is_quoted ? quoted() : index();
    return result && take(']') ? result : std::nullopt;
  }

  // Counted from the end if it is negative.
  std::optional<std::string> index() {
    std::string result;
    if (take('-')) result += '-';
    if (!is_digit(next())) return std::nullopt;
    for (; is_digit(next()); rest_.remove_prefix(1)) result += rest_[0];
    return result;
  }

  // Escapes are those of JSON, and \' within single quotes.
  std::optional<std::string> quoted() {
    const char quote = next();
    rest_.remove_prefix(1);
    std::string json = "\"";
    while (next() != quote) {
      if (rest_.empty()) return std::nullopt;
      if (next() == '\\') {
        rest_.remove_prefix(1);
        if (next() != '\'') json += '\\';
      } else if (next() == '"') {
        json += '\\';
      }
      json += next();
      rest_.remove_prefix(rest_.empty() ? 0 : 1);
    }
    rest_.remove_prefix(1);
    const auto text = language::parse_json(json + "\"");
    return text ? std::optional(text->get<std::string>()) : std::nullopt;
  }

  std::string_view rest_;
};

}  // namespace

std::vector<std::string> parse_json_path(std::string_view text, const language::Path& place) {
  if (auto steps = JsonPath(text).parse()) return *std::move(steps);
  language::refuse(place, "parse json path error: " + std::string(text) +
                              ". Accept letters, digits, underscore (_) or hyphen (-) only. Use "
                              "quotes enclosed in bracket ([\"...\"]) if there is any special "
                              "character");
}

}  // namespace edo::plan
