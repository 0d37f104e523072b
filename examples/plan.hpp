// What one invocation of the shop will do: which events its payload shows, which jobs they run and
// how long all of it takes. A plan follows from its arguments alone and touches no store.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "examples/event_modules.hpp"
#include "examples/hasura_payload.hpp"
#include "examples/shop_jobs.hpp"
#include "examples/timeline.hpp"

namespace edo::examples {

// How long a function may run before its platform ends the wait for it.
inline constexpr Micros kTimeLimit = 15 * kSecond;

struct PlannedFailure {
  std::string message;  // empty: nothing fails
  std::string stack;
};

// Times are since the start of the invocation.
struct PlannedEvent {
  const EventModule* module = nullptr;
  Micros start = 0;
  Micros detected_at = 0;
  bool detected = false;
  PlannedFailure detector;
  PlannedFailure handler;
  std::vector<PlannedJob> jobs;
  std::vector<Micros> job_starts;
  Micros end = 0;  // of the handler, if detected
};

struct PlannedInvocation {
  Json payload;
  std::string function;
  std::string context;    // JSON
  PlannedFailure itself;  // it failed before it came to any event
  std::vector<PlannedEvent> events;
  Micros end = 0;
  bool timed_out = false;
  // After a time-out: the platform froze the process, and nobody learns how its jobs ended.
  bool frozen = false;
};

[[nodiscard]] PlannedInvocation plan_invocation(Json payload, const Json& order, std::uint64_t seed,
                                                const Conditions& conditions);

// An invocation caused from outside, by a person or a service, and all that follows from it.
struct Story {
  std::uint64_t seed = 0;
  Conditions conditions;
};
[[nodiscard]] PlannedInvocation plan_first(const Story& story);

struct StorySize {
  std::size_t invocations = 0;
  Micros duration = 0;  // no part of it ends later
};
[[nodiscard]] StorySize measure(const Story& story);

// How long Hasura needs to deliver the event of a row, from the same seed as the invocation.
[[nodiscard]] Micros delivery_delay(std::uint64_t seed);

}  // namespace edo::examples
