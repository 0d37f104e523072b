#include "tools/server/plan/json_path.hpp"

#include <cctype>

namespace edo::plan {
namespace {

class JsonPath {
 public:
  JsonPath(std::string_view text, const language::Path& place) : text_(text), place_(place) {}

  std::vector<std::string> parse() {
    std::vector<std::string> steps;
    if (next() == '$') ++at_;
    bool is_first = at_ == 0;
    while (at_ < text_.size()) {
      if (next() == '[') {
        steps.push_back(bracketed());
      } else if (next() == '.' || is_first) {
        if (next() == '.') ++at_;
        steps.push_back(next() == '[' ? bracketed() : key());
      } else {
        refuse_here();
      }
      is_first = false;
    }
    return steps;
  }

 private:
  [[nodiscard]] char next() const { return at_ < text_.size() ? text_[at_] : '\0'; }

  std::string key() {
    const std::size_t begin = at_;
    while (at_ < text_.size() && next() != '.' && next() != '[') ++at_;
    if (at_ == begin) refuse_here();
    return std::string(text_.substr(begin, at_ - begin));
  }

  // [0], ['any key'] or ["any key"]
  std::string bracketed() {
    ++at_;
    const char quote = next();
    std::string result;
    if (quote == '\'' || quote == '"') {
      for (++at_; next() != quote; ++at_) {
        if (next() == '\\') ++at_;
        if (at_ >= text_.size()) refuse_here();
        result += next();
      }
      ++at_;
    } else {
      if (next() == '-') result += text_[at_++];
      for (; std::isdigit(static_cast<unsigned char>(next())) != 0; ++at_) result += next();
    }
    if (result.empty() || result == "-" || next() != ']') refuse_here();
    ++at_;
    return result;
  }

  [[noreturn]] void refuse_here() const {
    language::refuse(place_, "parse json path error: invalid path \"" + std::string(text_) +
                                 "\" at character " + std::to_string(at_ + 1));
  }

  std::string_view text_;
  const language::Path& place_;
  std::size_t at_ = 0;
};

}  // namespace

std::vector<std::string> parse_json_path(std::string_view text, const language::Path& place) {
  return JsonPath(text, place).parse();
}

}  // namespace edo::plan
