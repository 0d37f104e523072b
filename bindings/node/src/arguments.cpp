#include "arguments.hpp"

#include <cmath>

namespace edo::node {

Text::Text(const Napi::CallbackInfo& info, std::size_t index) {
  const Napi::Value value = info[index];
  if (!value.IsString()) return;
  // Short texts need one call and no memory. One that fills the room may have been cut.
  std::size_t size = 0;
  const napi_env env = info.Env();
  if (napi_get_value_string_utf8(env, value, near_, sizeof near_, &size) != napi_ok) return;
  if (size < sizeof near_ - 4) {
    view_ = {near_, size};
    return;
  }
  far_ = value.As<Napi::String>().Utf8Value();
  view_ = far_;
}

std::optional<std::int64_t> integer(const Napi::CallbackInfo& info, std::size_t index) {
  const Napi::Value value = info[index];
  if (!value.IsNumber()) return std::nullopt;
  const double number = value.As<Napi::Number>().DoubleValue();
  if (!std::isfinite(number)) return std::nullopt;
  return value.As<Napi::Number>().Int64Value();
}

std::optional<std::chrono::milliseconds> milliseconds(const Napi::CallbackInfo& info,
                                                      std::size_t index) {
  const auto count = integer(info, index);
  if (!count) return std::nullopt;
  return std::chrono::milliseconds(*count);
}

std::optional<bool> flag(const Napi::CallbackInfo& info, std::size_t index) {
  const Napi::Value value = info[index];
  if (!value.IsBoolean()) return std::nullopt;
  return value.As<Napi::Boolean>().Value();
}

void set_fields(Napi::Object target, const Error& error) {
  target["kind"] = std::string(to_string(error.kind()));
  target["operation"] = std::string(error.operation());
  target["object"] = std::string(error.object());
}

void throw_to(Napi::Env env, const Error& error) {
  auto thrown = Napi::Error::New(env, error.what());
  set_fields(thrown.Value(), error);
  throw thrown;
}

}  // namespace edo::node
