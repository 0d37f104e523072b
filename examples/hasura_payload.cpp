#include "examples/hasura_payload.hpp"

#include <utility>

#include "edo/tracking.hpp"

namespace edo::examples {
namespace {

std::string text_at(const Json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

HasuraPayload read(const Json& document, std::string text) {
  const Json& event = document.at("event");
  const Json& table = document.at("table");
  const Json session = event.value("session_variables", Json::object());
  HasuraPayload payload;
  payload.text = std::move(text);
  payload.id = document.at("id").get<std::string>();
  payload.time = text_at(document, "created_at");
  payload.trigger = document.at("trigger").at("name").get<std::string>();
  payload.table = table.at("schema").get<std::string>() + "." + table.at("name").get<std::string>();
  payload.operation = event.at("op").get<std::string>();
  payload.old_row = event.at("data").at("old");
  payload.new_row = event.at("data").at("new");
  if (session.is_object()) {
    payload.user_email = text_at(session, "x-hasura-user-email");
    if (payload.user_email.empty()) payload.user_email = text_at(session, "x-hasura-user-id");
    payload.user_role = text_at(session, "x-hasura-role");
  }
  ChainOrigin origin = chain_origin(payload.text);
  payload.correlation_id = std::move(origin.correlation_id);
  payload.source_job_id = std::move(origin.source_job_id);
  return payload;
}

}  // namespace

bool HasuraPayload::changed_to(std::string_view column, const Json& value) const {
  if (!old_row.is_object() || !new_row.is_object()) return false;
  const std::string key(column);
  return new_row.value(key, Json()) == value && old_row.value(key, Json()) != value;
}

InvocationStart HasuraPayload::start_of(std::string_view function) const {
  return {
      .correlation_id = correlation_id,
      .source_function = function,
      .source_table = table,
      .source_operation = operation,
      .source_job_id = source_job_id,
      .source_event_id = id,
      .source_event_payload = text,
      .source_event_time = time,
      .source_user_email = user_email,
      .source_user_role = user_role,
  };
}

HasuraPayload read_payload(std::string text) {
  const Json document = Json::parse(text);
  return read(document, std::move(text));
}

HasuraPayload read_payload(const Json& document) { return read(document, document.dump()); }

}  // namespace edo::examples
