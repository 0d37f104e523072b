// Payloads of the shop's day: the files of examples/payloads with other people, rows and amounts.
#pragma once

#include <string_view>

#include "examples/hasura_payload.hpp"
#include "examples/random.hpp"
#include "examples/timeline.hpp"

namespace edo::examples {

// A variation of the file `name`. Its times are set by stamp().
[[nodiscard]] Json make_payload(std::string_view name, Random& random);

// The payload of a row written by a job: the file `name` with these values in both rows, and
// `updated_by` in the new one. The session is that of a service, not of a person.
[[nodiscard]] Json make_follow_up(std::string_view name, const Json& values, Random& random);

// Sets when the row was made (`age` before it was written), when it was written, and when Hasura
// saw that.
void stamp(Json& payload, Micros age, Micros row_time, Micros event_time);

}  // namespace edo::examples
