// Keeps secrets out of JSON: replaces the values that a host named by "[redacted]".
//
// A rule is one of two things.
// - A key's name, such as "password": every value under it, at any depth. Names are compared as
//   those of HTTP headers are, without regard to the case of ASCII letters.
// - A JSON pointer (RFC 6901), such as "/user/card/number": the value there, in exactly this
//   spelling. The segment "*" is an extension and stands for any key and any index.
// With `secrets`, keys that are usually names of secrets count as well (secret_key.hpp), except
// where the value is null, true or false, which keeps no secret.
//
// A whole value goes, whatever it is. Text that is itself JSON is text: nothing in it is looked at.
// All else stays as it was, to the byte: numbers, order, duplicate keys, white space.
//
// Call it on what the host gave, before admit_json: a marker keeps the first part of a document as
// text, in which nothing can be found any more. It takes any bytes. What it cannot make sense of,
// and what nests deeper than kMaxJsonDepth, is replaced as a whole if there is any sign of a name
// in it.
//
// Constant once made, so any thread may use it.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace edo::base {

class Redaction {
 public:
  Redaction() = default;
  // Throws Error (invalid_argument) if there is a problem with the rules.
  explicit Redaction(const std::vector<std::string>& rules, bool secrets = false);

  // What is wrong with the rules (an empty one, or '~' before anything but 0 and 1), or nothing.
  [[nodiscard]] static std::optional<std::string> problem(const std::vector<std::string>& rules);

  [[nodiscard]] bool empty() const noexcept {
    return keys_.empty() && pointers_.empty() && !secrets_;
  }

  // False if nothing in the document can be meant by the rules, found out at the price of a search
  // in its bytes. So a caller need not copy a document that apply() would leave alone.
  [[nodiscard]] bool may_match(std::string_view json) const noexcept;

  void apply(std::string& json) const;

 private:
  using Pointer = std::vector<std::string>;  // its segments
  class Scan;

  [[nodiscard]] bool has_key(std::string_view key) const noexcept;
  [[nodiscard]] bool may_have_secret(std::string_view json) const noexcept;
  void add_key(const std::string& name);
  void add_pointer(std::string_view pointer);
  void add_needle(std::string_view needle);

  std::vector<std::string> keys_;  // in lower case
  std::vector<Pointer> pointers_;
  // What a document must contain if one of the rules is to match; each in lower case.
  std::vector<std::string> needles_;
  std::array<bool, 256> begins_needle_{};  // by first byte, in either case
  // A rule has no needle, or one that JSON may write in another way than with \u.
  bool always_scan_ = false;
  bool secrets_ = false;
};

}  // namespace edo::base
