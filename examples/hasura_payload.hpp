// What a function needs to know of a Hasura event-trigger payload, taken out of its JSON.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "edo/recorder.hpp"

namespace edo::examples {

// Keeps the keys of a document in the order in which they came.
using Json = nlohmann::ordered_json;

// The facts that an invocation records. Absent ones are empty.
struct HasuraPayload {
  std::string text;     // the whole document
  std::string id;       // of the event
  std::string time;     // when Hasura saw the change
  std::string trigger;  // the event trigger's name
  std::string table;    // "public.orders"
  std::string operation;
  std::string user_email;
  std::string user_role;
  std::string correlation_id;  // of the chain, if the payload tells which
  std::string source_job_id;   // the job whose tracking token came with the row
  Json old_row;                // null for INSERT and MANUAL
  Json new_row;                // null for DELETE

  // The row that the event is about, whichever side it is on.
  [[nodiscard]] const Json& row() const noexcept { return new_row.is_null() ? old_row : new_row; }
  // Whether an UPDATE has changed this column to this value.
  [[nodiscard]] bool changed_to(std::string_view column, const Json& value) const;

  // Views of this payload, as the start of an invocation of `function`.
  [[nodiscard]] InvocationStart start_of(std::string_view function) const;
};

// Throws nlohmann::json::exception when the text is no payload.
[[nodiscard]] HasuraPayload read_payload(std::string text);
[[nodiscard]] HasuraPayload read_payload(const Json& document);

}  // namespace edo::examples
