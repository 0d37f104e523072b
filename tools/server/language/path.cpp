#include "tools/server/language/path.hpp"

#include "tools/server/language/error.hpp"

namespace edo::language {

std::string Path::text() const {
  if (parent_ == nullptr) return "$";
  std::string text = parent_->text();
  if (key_.empty()) return text + "[" + std::to_string(index_) + "]";
  text += '.';
  text += key_;
  return text;
}

std::string in_quotes(std::string_view name) { return "'" + std::string(name) + "'"; }

void refuse(const Path& path, const std::string& message, const char* code) {
  throw RequestError(code, path.text(), message);
}

}  // namespace edo::language
