#include "tools/server/backend/patterns.hpp"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include <stdexcept>

namespace edo::backend {
namespace {

// Far more than real patterns need. A hostile pattern fails after some milliseconds.
constexpr std::uint32_t kMatchLimit = 1'000'000;

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

// Copies a bracket expression from its '['; moves `at` beyond its ']'.
std::string_view bracket(std::string_view pattern, std::size_t& at) {
  const std::size_t begin = at++;
  if (at < pattern.size() && pattern[at] == '^') ++at;
  if (at < pattern.size() && pattern[at] == ']') ++at;
  while (at < pattern.size() && pattern[at] != ']') {
    if (pattern[at] == '\\') ++at;
    // [:alpha:] and similar classes end with their own ']'.
    if (pattern[at] == '[' && at + 1 < pattern.size() && pattern[at + 1] == ':') {
      const auto end = pattern.find(":]", at + 2);
      if (end != std::string_view::npos) at = end + 1;
    }
    ++at;
  }
  if (at >= pattern.size()) {
    throw std::runtime_error("invalid regular expression: brackets [] not balanced");
  }
  ++at;
  return pattern.substr(begin, at - begin);
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
        throw std::runtime_error("invalid regular expression: invalid embedded option");
    }
  }
  return options;
}

}  // namespace

std::string like_expression(std::string_view pattern) {
  std::string expression = "^";
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    if (pattern[i] == '%') {
      // At the end, it matches whatever follows.
      if (i + 1 == pattern.size()) return expression;
      if (i == 0) {
        expression.clear();
      } else if (pattern[i - 1] != '%') {
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
  for (std::size_t at = 0; at < pattern.size();) {
    const char c = pattern[at];
    if (c == '[') {
      expression += bracket(pattern, at);
      continue;
    }
    ++at;
    if (c == '%') {
      expression += ".*";
    } else if (c == '_') {
      expression += '.';
    } else if (c == '(') {
      expression += "(?:";
    } else if (c == '\\' && at < pattern.size()) {
      append_literally(expression, pattern[at++]);
    } else if (c == '.' || c == '^' || c == '$' || c == '\\') {
      append_literally(expression, c);
    } else {
      expression += c;
    }
  }
  return expression + ")$";
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
  for (std::size_t at = 0; at < pattern.size();) {
    const char c = pattern[at];
    if (c == '[' && !pattern.substr(at).starts_with("[[:<:]]") &&
        !pattern.substr(at).starts_with("[[:>:]]")) {
      expression += bracket(pattern, at);
      continue;
    }
    ++at;
    if (c != '\\' || at == pattern.size()) {
      expression += c;
      continue;
    }
    switch (const char escaped = pattern[at++]) {
      case 'm':
        expression += "\\b(?=\\w)";
        break;
      case 'M':
        expression += "\\b(?<=\\w)";
        break;
      case 'y':
        expression += "\\b";
        break;
      case 'Y':
        expression += "\\B";
        break;
      case 'Z':
        expression += "\\z";
        break;
      default:
        expression += {'\\', escaped};
    }
  }
  return expression;
}

Pattern::Pattern(const std::string& expression, bool ignore_case) {
  int failure = 0;
  PCRE2_SIZE place = 0;
  const std::uint32_t options = PCRE2_UTF | PCRE2_UCP | PCRE2_MATCH_INVALID_UTF | PCRE2_DOTALL |
                                PCRE2_DOLLAR_ENDONLY | PCRE2_NEVER_BACKSLASH_C |
                                (ignore_case ? PCRE2_CASELESS : 0U);
  code_ = pcre2_compile(reinterpret_cast<PCRE2_SPTR>(expression.data()), expression.size(), options,
                        &failure, &place, nullptr);
  if (code_ == nullptr) {
    throw std::runtime_error("invalid regular expression: " + failure_text(failure));
  }
  // Without it, matching is only slower.
  (void)pcre2_jit_compile(code_, PCRE2_JIT_COMPLETE);
  match_ = pcre2_match_data_create(1, nullptr);
  if (match_ == nullptr) {
    pcre2_code_free(code_);
    throw std::bad_alloc();
  }
}

Pattern::~Pattern() {
  pcre2_match_data_free(match_);
  pcre2_code_free(code_);
}

bool Pattern::is_in(std::string_view text) const {
  struct Limits {
    pcre2_match_context* context = pcre2_match_context_create(nullptr);
    Limits() {
      if (context != nullptr) pcre2_set_match_limit(context, kMatchLimit);
    }
    ~Limits() { pcre2_match_context_free(context); }
  };
  thread_local const Limits limits;
  const int found = pcre2_match(code_, reinterpret_cast<PCRE2_SPTR>(text.data()), text.size(), 0, 0,
                                match_, limits.context);
  if (found >= 0) return true;
  if (found == PCRE2_ERROR_NOMATCH) return false;
  throw std::runtime_error("regular expression failed: " + failure_text(found));
}

}  // namespace edo::backend
