#include "tools/server/protocol/errors.hpp"

#include <nlohmann/json.hpp>

namespace edo::protocol {
namespace {

using Json = nlohmann::ordered_json;

// A message may quote what the client sent, which need not be UTF-8.
std::string text_of(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Json object_of(const language::RequestError& error) {
  return {{"message", error.what()},
          {"extensions", {{"path", error.path()}, {"code", error.code()}}}};
}

}  // namespace

std::string error_object(const language::RequestError& error) { return text_of(object_of(error)); }

std::string error_answer(const language::RequestError& error) {
  return text_of({{"errors", Json::array({object_of(error)})}});
}

std::string plain_error(const language::RequestError& error) {
  return text_of({{"path", error.path()}, {"error", error.what()}, {"code", error.code()}});
}

int http_status(const language::RequestError& error) noexcept {
  if (error.status() != 0) return error.status();
  const auto& code = error.code();
  if (code == "access-denied") return 401;
  if (code == "not-found") return 404;
  if (code == "unexpected" || code == "postgres-error") return 500;
  return 400;
}

}  // namespace edo::protocol
