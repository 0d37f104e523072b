#include "tools/server/auth/webhook.hpp"

#include <algorithm>
#include <iterator>
#include <nlohmann/json.hpp>

#include "tools/server/language/error.hpp"

namespace edo::auth {
namespace {

using Json = nlohmann::json;
using language::RequestError;

// Headers that Hasura does not forward with GET.
constexpr std::string_view kOfClientAlone[] = {
    "accept",     "accept-datetime", "accept-encoding", "accept-language", "cache-control",
    "connection", "content-length",  "content-md5",     "content-type",    "dnt",
    "host",       "origin",          "referer",         "user-agent"};
// Those that describe one connection, and would be wrong on another.
constexpr std::string_view kOfConnection[] = {
    "expect",  "keep-alive",        "proxy-connection",     "te", "trailer", "transfer-encoding",
    "upgrade", "sec-websocket-key", "sec-websocket-version"};

template <std::size_t size>
bool is_one_of(const std::string_view (&names)[size], const std::string& name) {
  return std::find(std::begin(names), std::end(names), name) != std::end(names);
}

std::string text_of(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

FetchRequest get_request(const WebhookOptions& options, const protocol::Headers& headers) {
  FetchRequest request{.url = options.url, .headers = {}, .body = {}};
  for (const auto& header : headers) {
    if (!is_one_of(kOfClientAlone, header.first) && !is_one_of(kOfConnection, header.first)) {
      request.headers.push_back(header);
    }
  }
  return request;
}

FetchRequest post_request(const WebhookOptions& options, const protocol::Headers& headers,
                          std::string_view body) {
  Json all = Json::object();
  for (const auto& [name, value] : headers) all.emplace(name, value);
  std::string content = "{\"headers\":" + text_of(all);
  if (options.sends_request_body) {
    // As the client wrote it; what is not JSON is refused later.
    content += ",\"request\":";
    content += Json::accept(body) ? body : "null";
  }
  return {options.url, "POST", {{"content-type", "application/json"}}, content + "}"};
}

Identity identity_of(const FetchResponse& response, SystemTime now) {
  Identity identity;
  protocol::Headers caching;
  const Json json = Json::parse(response.body, nullptr, /*allow_exceptions=*/false);
  if (!json.is_object()) throw RequestError("unexpected", "$", "expected an object");
  for (const auto& [given_name, value] : json.items()) {
    if (!value.is_string()) throw RequestError("unexpected", "$", given_name + " is not a string");
    std::string name = given_name;
    for (char& c : name) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
    if (name.starts_with("x-hasura-")) identity.session.variables[name] = value;
    if (name == "cache-control" || name == "expires") caching.emplace_back(name, value);
  }
  if (const auto age = age_limit(caching, now)) identity.expires = now + *age;
  for (const auto& header : response.headers) {
    if (header.first == "set-cookie") identity.response_headers.push_back(header);
  }
  return identity;
}

}  // namespace

Webhook::Webhook(WebhookOptions options, Report report)
    : options_(std::move(options)), report_(std::move(report)) {
  check_url(options_.url);
}

void Webhook::ask(protocol::Headers headers, std::shared_ptr<const std::string> body,
                  std::stop_token stop, Done done) {
  const auto make = [this, headers = std::move(headers), body = std::move(body)] {
    if (!options_.posts) return get_request(options_, headers);
    return post_request(options_, headers, body == nullptr ? std::string_view() : *body);
  };
  const auto answered = [this, done](std::variant<FetchResponse, Error> result) {
    const auto shared =
        std::make_shared<const std::variant<FetchResponse, Error>>(std::move(result));
    done([this, shared] { return read(*shared); });
  };
  if (fetcher_.start(make, std::move(stop), answered)) return;
  report_("ask the webhook " + options_.url + ": " + std::to_string(kMostWaiting) +
          " requests wait for it already");
  done([]() -> Identity {
    throw RequestError("unexpected", "$",
                       "too many requests wait for the authentication webhook; try again", 503);
  });
}

Identity Webhook::read(const std::variant<FetchResponse, Error>& result) const {
  const auto failed = [&](const std::string& message, const std::string& why) {
    report_("ask the webhook " + options_.url + ": " + why);
    return RequestError("unexpected", "$", message);
  };
  if (const auto* error = std::get_if<Error>(&result)) {
    throw failed("webhook authentication request failed", error->what());
  }
  const auto& response = std::get<FetchResponse>(result);
  if (response.status == 401) {
    throw RequestError("access-denied", "$", "Authentication hook unauthorized this request");
  }
  if (response.status != 200) {
    throw failed("Invalid response from authorization hook",
                 "the answer has status " + std::to_string(response.status));
  }
  Identity identity;
  try {
    identity = identity_of(response, std::chrono::system_clock::now());
  } catch (const RequestError& error) {
    throw failed("Invalid response from authorization hook", error.what());
  }
  const auto role = identity.session.variables.find("x-hasura-role");
  if (role == identity.session.variables.end() || role->second.empty()) {
    throw RequestError("invalid-params", "$", "x-hasura-role not found in session variables");
  }
  identity.session.role = role->second;
  return identity;
}

}  // namespace edo::auth
