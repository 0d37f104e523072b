#include "tools/server/backend/patterns.hpp"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include <algorithm>
#include <charconv>
#include <stdexcept>
#include <utility>
#include <vector>

namespace edo::backend {
namespace {

// Far more than real patterns need. A hostile pattern fails after some milliseconds.
constexpr std::uint32_t kMatchLimit = 1'000'000;
// Each repetition of a group takes some bytes of it.
constexpr std::size_t kFirstStack = std::size_t{32} << 10;
constexpr std::size_t kLargestStack = std::size_t{16} << 20;

constexpr std::string_view kSpecial = R"(\.^$|?*+()[]{})";

void append_literally(std::string& expression, char c) {
  if (kSpecial.find(c) != std::string_view::npos) expression += '\\';
  expression += c;
}

std::string failure_text(int code) {
  PCRE2_UCHAR buffer[200];
  pcre2_get_error_message(code, buffer, sizeof buffer);
  return reinterpret_cast<const char*>(buffer);
}

[[noreturn]] void refuse(const std::string& why) {
  throw std::runtime_error("invalid regular expression: " + why);
}

// Letters in front of a pattern, (?xyz), as PCRE2 names them.
std::string embedded_options(std::string_view letters) {
  std::string options;
  for (const char letter : letters) {
    switch (letter) {
      case 'i':
        options += "(?i)";
        break;
      case 'c':
        options += "(?-i)";
        break;
      case 'm':
      case 'n':
        options += "(?m-s)";
        break;
      case 'p':
        options += "(?-s)";
        break;
      case 'w':
        options += "(?m)";
        break;
      case 'x':
        options += "(?x)";
        break;
      case 's':
      case 't':
        break;
      default:
        refuse("invalid embedded option");
    }
  }
  return options;
}

constexpr int kMostRepeats = 255;
constexpr std::uint32_t kLastCharacter = 0x10FFFF;

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

// An advanced regular expression of PostgreSQL for PCRE2. What PostgreSQL does not have is refused,
// since PCRE2 would give it another meaning.
class Translation {
 public:
  explicit Translation(std::string_view pattern) : rest_(pattern) {}

  [[nodiscard]] std::string expression() {
    while (!rest_.empty()) atom();
    return std::move(result_);
  }

 private:
  // What stands before a quantifier.
  enum class Before { nothing, atom, constraint, quantifier };

  bool take(std::string_view text) {
    if (!rest_.starts_with(text)) return false;
    rest_.remove_prefix(text.size());
    return true;
  }
  char next() {
    if (rest_.empty()) refuse("invalid escape \\ sequence");
    const char c = rest_[0];
    rest_.remove_prefix(1);
    return c;
  }
  void put(std::string_view text, Before kind) {
    result_ += text;
    before_ = kind;
  }

  void atom() {
    const bool is_count = rest_.size() > 1 && rest_[0] == '{' && is_digit(rest_[1]);
    if (is_count || std::string_view("*+?").find(rest_[0]) != std::string_view::npos) {
      return quantifier();
    }
    if (take("[[:<:]]")) return put("\\b(?=\\w)", Before::constraint);
    if (take("[[:>:]]")) return put("\\b(?<=\\w)", Before::constraint);
    switch (const char c = next()) {
      case '[':
        return bracket();
      case '\\':
        return escape(next());
      case '(':
        return open();
      case ')':
        return close();
      case '|':
        return put("|", Before::nothing);
      case '^':
      case '$':
        return put({&c, 1}, Before::constraint);
      case '{':
        return put("\\{", Before::atom);
      default:
        return put({&c, 1}, Before::atom);
    }
  }

  void quantifier() {
    if (before_ != Before::atom) refuse("quantifier operand invalid");
    if (rest_[0] == '{') {
      repeats();
    } else {
      result_ += next();
    }
    if (take("?")) result_ += '?';
    before_ = Before::quantifier;
  }

  // {m}, {m,} or {m,n}
  void repeats() {
    const auto end = rest_.find('}');
    if (end == std::string_view::npos) refuse("braces {} not balanced");
    const std::string_view inside = rest_.substr(1, end - 1);
    const auto comma = inside.find(',');
    const int least = count(inside.substr(0, comma));
    const bool has_most = comma != std::string_view::npos && comma + 1 < inside.size();
    const int most = has_most ? count(inside.substr(comma + 1)) : kMostRepeats;
    if (least > most) refuse("invalid repetition count(s)");
    result_ += rest_.substr(0, end + 1);
    rest_.remove_prefix(end + 1);
  }

  static int count(std::string_view digits) {
    int value = 0;
    for (const char c : digits) {
      if (!is_digit(c) || value > kMostRepeats) refuse("invalid repetition count(s)");
      value = value * 10 + (c - '0');
    }
    if (digits.empty() || value > kMostRepeats) refuse("invalid repetition count(s)");
    return value;
  }

  void open() {
    if (!take("?")) {
      if (rest_.starts_with('*')) refuse("quantifier operand invalid");
      return opened("(", false);
    }
    if (take("#")) {
      const auto end = rest_.find(')');
      if (end == std::string_view::npos) refuse("parentheses () not balanced");
      return rest_.remove_prefix(end + 1);
    }
    for (const std::string_view kind : {":", "=", "!", "<=", "<!"}) {
      if (take(kind)) return opened("(?" + std::string(kind), kind != ":");
    }
    refuse("quantifier operand invalid");
  }

  void opened(std::string_view text, bool looks_around) {
    looks_around_.push_back(looks_around);
    put(text, Before::nothing);
  }

  void close() {
    if (looks_around_.empty()) refuse("parentheses () not balanced");
    put(")", looks_around_.back() ? Before::constraint : Before::atom);
    looks_around_.pop_back();
  }

  void escape(char c) {
    switch (c) {
      case 'A':
        return put("\\A", Before::constraint);
      case 'm':
        return put("\\b(?=\\w)", Before::constraint);
      case 'M':
        return put("\\b(?<=\\w)", Before::constraint);
      case 'y':
        return put("\\b", Before::constraint);
      case 'Y':
        return put("\\B", Before::constraint);
      case 'Z':
        return put("\\z", Before::constraint);
      default:
        break;
    }
    if (c >= '1' && c <= '9') return put("\\g{" + digits(c) + "}", Before::atom);
    put(character(c), Before::atom);
  }

  std::string digits(char first) {
    std::string number(1, first);
    while (!rest_.empty() && is_digit(rest_[0]) && number.size() < 3) number += next();
    return number;
  }

  // An escape that stands for characters, also within brackets.
  std::string character(char c) {
    switch (c) {
      case 'd':
      case 'D':
      case 's':
      case 'S':
      case 'w':
      case 'W':
      case 'a':
      case 'e':
      case 'f':
      case 'n':
      case 'r':
      case 't':
        return {'\\', c};
      case 'b':
        return "\\x08";
      case 'B':
        return "\\\\";
      case 'v':
        return "\\x0b";
      case '0':
        return "\\x00";
      case 'c':
        return code(static_cast<std::uint32_t>(next()) & 31);
      case 'x':
        return hexadecimal(1, 8);
      case 'u':
        return hexadecimal(4, 4);
      case 'U':
        return hexadecimal(8, 8);
      default:
        break;
    }
    if (is_letter(c) || is_digit(c)) refuse("invalid escape \\ sequence");
    // Part of a longer character if it is no ASCII.
    return static_cast<unsigned char>(c) < 128 ? std::string{'\\', c} : std::string(1, c);
  }

  std::string hexadecimal(std::size_t least, std::size_t most) {
    std::uint32_t value = 0;
    const auto size = std::min(most, rest_.size());
    const auto [end, failure] = std::from_chars(rest_.data(), rest_.data() + size, value, 16);
    const auto length = static_cast<std::size_t>(end - rest_.data());
    if (length < least || failure != std::errc{} || value > kLastCharacter) {
      refuse("invalid escape \\ sequence");
    }
    rest_.remove_prefix(length);
    return code(value);
  }

  static std::string code(std::uint32_t value) {
    char text[16];
    const auto [end, failure] = std::to_chars(text, text + sizeof text, value, 16);
    return "\\x{" + std::string(text, failure == std::errc{} ? end : text) + "}";
  }

  // Behind its [.
  void bracket() {
    result_ += '[';
    if (take("^")) result_ += '^';
    if (take("]")) result_ += "\\]";
    while (!take("]")) {
      if (rest_.empty()) refuse("brackets [] not balanced");
      if (rest_.starts_with("[:")) {
        named_class();
      } else if (rest_.starts_with("[.") || rest_.starts_with("[=")) {
        refuse("collating elements are not supported on a file");
      } else if (take("\\")) {
        result_ += character(next());
      } else {
        const char c = next();
        if (c == '[') result_ += '\\';
        result_ += c;
      }
    }
    put("]", Before::atom);
  }

  void named_class() {
    const auto end = rest_.find(":]");
    if (end == std::string_view::npos) refuse("brackets [] not balanced");
    result_ += rest_.substr(0, end + 2);
    rest_.remove_prefix(end + 2);
  }

  std::string_view rest_;
  std::string result_;
  Before before_ = Before::nothing;
  std::vector<bool> looks_around_;  // for each open parenthesis
};

}  // namespace

std::string like_expression(std::string_view pattern) {
  std::string expression = "^";
  bool is_any = false;  // whether a % is the last that was read
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    const bool was_any = std::exchange(is_any, pattern[i] == '%');
    if (is_any) {
      // At the end, it matches whatever follows.
      if (i + 1 == pattern.size()) return expression;
      if (i == 0) {
        expression.clear();
      } else if (!was_any) {
        expression += ".*";
      }
    } else if (pattern[i] == '_') {
      expression += '.';
    } else if (pattern[i] == '\\') {
      if (++i == pattern.size()) {
        throw std::runtime_error("LIKE pattern must not end with escape character");
      }
      append_literally(expression, pattern[i]);
    } else {
      append_literally(expression, pattern[i]);
    }
  }
  return expression + "$";
}

std::string similar_expression(std::string_view pattern) {
  std::string expression = "^(?:";
  bool in_brackets = false;
  for (std::size_t at = 0; at < pattern.size(); ++at) {
    const char c = pattern[at];
    if (c == '\\') {
      if (++at == pattern.size()) break;
      if (pattern[at] == '"') refuse("escape-double-quote separators are only for substring()");
      expression += {'\\', pattern[at]};
    } else if (in_brackets) {
      in_brackets = c != ']';
      expression += c;
    } else if (c == '[') {
      in_brackets = true;
      expression += c;
    } else if (c == '%') {
      expression += ".*";
    } else if (c == '_') {
      expression += '.';
    } else if (c == '(') {
      expression += "(?:";
    } else if (c == '.' || c == '^' || c == '$') {
      expression += {'\\', c};
    } else {
      expression += c;
    }
  }
  expression += ")$";
  return Translation(expression).expression();
}

std::string regex_expression(std::string_view pattern) {
  std::string expression;
  if (pattern.starts_with("***=")) {
    for (const char c : pattern.substr(4)) append_literally(expression, c);
    return expression;
  }
  if (pattern.starts_with("***:")) pattern.remove_prefix(4);
  const auto end = pattern.find(')');
  if (pattern.starts_with("(?") && pattern.size() > 2 && pattern[2] >= 'a' && pattern[2] <= 'z' &&
      end != std::string_view::npos) {
    expression = embedded_options(pattern.substr(2, end - 2));
    pattern.remove_prefix(end + 1);
  }
  return expression + Translation(pattern).expression();
}

Pattern::Pattern(const std::string& expression, bool ignore_case)
    : code_(nullptr, pcre2_code_free),
      stack_(pcre2_jit_stack_create(kFirstStack, kLargestStack, nullptr), pcre2_jit_stack_free),
      limits_(pcre2_match_context_create(nullptr), pcre2_match_context_free),
      match_(pcre2_match_data_create(1, nullptr), pcre2_match_data_free) {
  if (stack_ == nullptr || limits_ == nullptr || match_ == nullptr) throw std::bad_alloc();
  int failure = 0;
  PCRE2_SIZE place = 0;
  const std::uint32_t options = PCRE2_UTF | PCRE2_UCP | PCRE2_MATCH_INVALID_UTF | PCRE2_DOTALL |
                                PCRE2_DOLLAR_ENDONLY | PCRE2_NEVER_BACKSLASH_C |
                                (ignore_case ? PCRE2_CASELESS : 0U);
  code_.reset(pcre2_compile(reinterpret_cast<PCRE2_SPTR>(expression.data()), expression.size(),
                            options, &failure, &place, nullptr));
  if (code_ == nullptr) {
    throw std::runtime_error("invalid regular expression: " + failure_text(failure));
  }
  // Without it, matching is only slower, and takes memory from the heap.
  (void)pcre2_jit_compile(code_.get(), PCRE2_JIT_COMPLETE);
  pcre2_set_match_limit(limits_.get(), kMatchLimit);
  pcre2_set_heap_limit(limits_.get(), kLargestStack / 1024);
  pcre2_jit_stack_assign(limits_.get(), nullptr, stack_.get());
}

bool Pattern::is_in(std::string_view text) const {
  const int found = pcre2_match(code_.get(), reinterpret_cast<PCRE2_SPTR>(text.data()), text.size(),
                                0, 0, match_.get(), limits_.get());
  if (found >= 0) return true;
  if (found == PCRE2_ERROR_NOMATCH) return false;
  if (found == PCRE2_ERROR_JIT_STACKLIMIT || found == PCRE2_ERROR_HEAPLIMIT) {
    throw std::runtime_error("regular expression failed: it needs too much memory for a text of " +
                             std::to_string(text.size()) + " bytes");
  }
  throw std::runtime_error("regular expression failed: " + failure_text(found));
}

}  // namespace edo::backend
