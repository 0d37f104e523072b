// Values from JavaScript, which lib/recorder.js has made sure are what they should be; whatever is
// not counts as not given.
#pragma once

#include <napi.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "edo/recorder.hpp"

namespace edo::node {

// The text of a string, for as long as the object lives.
class Text {
 public:
  Text(const Napi::CallbackInfo& info, std::size_t index);
  Text(const Text&) = delete;
  Text& operator=(const Text&) = delete;
  operator std::string_view() const noexcept { return view_; }

 private:
  char near_[256];  // most texts are short
  std::string far_;
  std::string_view view_;
};

[[nodiscard]] std::optional<std::int64_t> integer(const Napi::CallbackInfo& info,
                                                  std::size_t index);
[[nodiscard]] std::optional<std::chrono::milliseconds> milliseconds(const Napi::CallbackInfo& info,
                                                                    std::size_t index);
[[nodiscard]] std::optional<bool> flag(const Napi::CallbackInfo& info, std::size_t index);

// Sets `kind`, `operation` and `object`.
void set_fields(Napi::Object target, const Error& error);

// Throws to JavaScript: an Error with these fields.
[[noreturn]] void throw_to(Napi::Env env, const Error& error);

}  // namespace edo::node
