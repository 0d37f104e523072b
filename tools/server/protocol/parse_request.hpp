// GraphQL requests as clients send them, over HTTP and over WebSocket.
#pragma once

#include <nlohmann/json.hpp>
#include <string_view>
#include <vector>

#include "tools/server/engine/engine.hpp"

namespace edo::protocol {

struct RequestBatch {
  std::vector<language::Request> requests;
  bool is_array = false;  // then the response is an array as well, even for one request
};

inline constexpr std::size_t kLargestBatch = 100;

// Parses JSON of a client, with a bound on its depth, so that recursive functions are safe. Throws
// RequestError: invalid-json.
[[nodiscard]] nlohmann::json parse_json(std::string_view text);

// All three throw RequestError: invalid-json, parse-failed, bad-request.

// {"query": …, "operationName": …, "variables": {…}} or an array of them.
[[nodiscard]] RequestBatch parse_body(std::string_view body);
[[nodiscard]] language::Request parse_request(const nlohmann::json& object);
// query=…&operationName=…&variables=… as it stands in a URL.
[[nodiscard]] language::Request parse_query_string(std::string_view text);

}  // namespace edo::protocol
