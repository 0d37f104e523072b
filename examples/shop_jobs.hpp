// The handlers of the shop: which jobs each event runs, and what those jobs do.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "examples/hasura_payload.hpp"
#include "examples/job_script.hpp"
#include "examples/random.hpp"

namespace edo::examples {

// What is wrong in the world while a job runs.
struct Conditions {
  bool gateway_down = false;  // the payment gateway answers with errors
};

struct PlannedJob {
  std::string_view name;
  std::string_view function_name;
  std::string options;  // JSON
  JobScript script;
};

// The jobs of the event `name`, all of which start at once. `order` is the row of the order that
// the chain is about, or null if none is known. Throws HostError when the handler trips, before
// any job has started.
[[nodiscard]] std::vector<PlannedJob> plan_jobs(std::string_view name, const HasuraPayload& payload,
                                                const Json& order, const Conditions& conditions,
                                                Random& random);

}  // namespace edo::examples
