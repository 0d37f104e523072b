#include "tools/server/protocol/parse_request.hpp"

#include "tools/server/language/json.hpp"
#include "tools/server/protocol/url.hpp"

namespace edo::protocol {
namespace {

using Json = nlohmann::json;

constexpr std::size_t kDeepestJson = 200;

language::RequestError wrong(const std::string& path, const std::string& what) {
  return {"parse-failed", path, what};
}

// A text; empty if it is missing or null.
std::string optional_text(const Json& object, const char* key) {
  const auto found = object.find(key);
  if (found == object.end() || found->is_null()) return {};
  if (!found->is_string()) throw wrong(std::string("$.") + key, "expected a string");
  return found->get<std::string>();
}

}  // namespace

Json parse_json(std::string_view text) {
  language::JsonFault fault{};
  auto json = language::parse_json(text, kDeepestJson, &fault);
  if (json) return *std::move(json);
  if (fault == language::JsonFault::too_deep)
    throw language::RequestError("invalid-json", "$", "the JSON is too deep");
  throw language::RequestError("invalid-json", "$",
                               text.empty() ? "Error in $: not enough input"
                                            : "Error in $: Failed reading: not a valid json value");
}

language::Request parse_request(const Json& object) {
  if (!object.is_object()) throw wrong("$", "expected an object with the key \"query\"");
  const auto query = object.find("query");
  if (query == object.end()) throw wrong("$", "key \"query\" not found");
  if (!query->is_string()) throw wrong("$.query", "expected a string");
  language::Request request{.query = query->get<std::string>(),
                            .operation_name = optional_text(object, "operationName")};
  const auto variables = object.find("variables");
  if (variables != object.end() && !variables->is_null()) {
    if (!variables->is_object()) throw wrong("$.variables", "expected an object");
    request.variables = *variables;
  }
  return request;
}

RequestBatch parse_body(std::string_view body) {
  const Json json = parse_json(body);
  if (!json.is_array()) return {{parse_request(json)}, false};
  if (json.size() > kLargestBatch) {
    throw language::RequestError(
        "bad-request", "$", "a batch has at most " + std::to_string(kLargestBatch) + " operations");
  }
  RequestBatch batch;
  batch.is_array = true;
  for (const auto& element : json) batch.requests.push_back(parse_request(element));
  return batch;
}

language::Request parse_query_string(std::string_view text) {
  const auto parameters = query_parameters(text);
  Json object = Json::object();
  for (const char* key : {"query", "operationName"}) {
    const auto found = parameters.find(key);
    if (found != parameters.end()) object[key] = found->second;
  }
  const auto variables = parameters.find("variables");
  if (variables != parameters.end() && !variables->second.empty()) {
    object["variables"] = parse_json(variables->second);
  }
  return parse_request(object);
}

}  // namespace edo::protocol
