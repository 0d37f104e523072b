// A place in a request, as errors name it: "$.selectionSet.invocations.args.where".
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace edo::language {

// A link of a chain: its parent and the characters of its key must outlive it. So paths cost
// nothing unless a message needs one.
class Path {
 public:
  Path() = default;  // "$"
  Path(const Path& parent, std::string_view key)
      : parent_(&parent), key_(key), length_(parent.length_ + 1) {}
  Path(const Path& parent, std::size_t index)
      : parent_(&parent), index_(index), length_(parent.length_ + 1) {}

  [[nodiscard]] std::string text() const;
  // Only for a path other than "$".
  [[nodiscard]] const Path& parent() const noexcept { return *parent_; }
  [[nodiscard]] std::size_t length() const noexcept { return length_; }

 private:
  const Path* parent_ = nullptr;
  std::string_view key_;  // empty: an index
  std::size_t index_ = 0;
  std::size_t length_ = 0;
};

// A name as in messages: 'name'.
[[nodiscard]] std::string in_quotes(std::string_view name);

// Throws RequestError.
[[noreturn]] void refuse(const Path& path, const std::string& message,
                         const char* code = "validation-failed");

}  // namespace edo::language
