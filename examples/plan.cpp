#include "examples/plan.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "examples/random.hpp"
#include "examples/shop_payloads.hpp"

namespace edo::examples {
namespace {

struct Occasion {
  const char* payload;
  int weight;
};

// What happens in the shop, and how often.
constexpr std::array<Occasion, 12> kOccasions = {{
    {"order_created", 30},
    {"order_paid", 14},
    {"order_shipped", 9},
    {"order_cancelled", 6},
    {"order_deleted", 2},
    {"order_invoice_requested", 4},
    {"payment_requested", 5},
    {"payment_captured", 4},
    {"payment_failed", 3},
    {"user_signed_up", 13},
    {"user_email_changed", 12},
    {"user_deleted", 2},
}};

const char* pick_occasion(const Story& story, Random& random) {
  if (story.conditions.gateway_down)
    return random.chance(0.7) ? "payment_requested" : "order_created";
  int total = 0;
  for (const Occasion& occasion : kOccasions) total += occasion.weight;
  auto left = random.between(0, total - 1);
  for (const Occasion& occasion : kOccasions) {
    if (left < occasion.weight) return occasion.payload;
    left -= occasion.weight;
  }
  return kOccasions[0].payload;
}

PlannedEvent plan_event(const EventModule& module, const HasuraPayload& payload, const Json& order,
                        const Conditions& conditions, Micros start, Random& random) {
  PlannedEvent event;
  event.module = &module;
  event.start = start;
  // Most detectors only compare columns; the one for fraud asks a database.
  const Micros median = module.name == "fraud.suspected" && payload.table == "public.orders"
                            ? 18 * kMillisecond
                            : 900;
  event.detected_at = start + 100 + random.around(median, 0.6);
  event.end = event.detected_at;
  try {
    event.detected = module.detect(payload);
  } catch (const HostError& error) {
    event.detector = {error.what(), error.stack()};
    return event;
  }
  if (!event.detected) return event;
  const Micros prepared = event.detected_at + random.around(1'500, 0.6);
  try {
    event.jobs = plan_jobs(module.name, payload, order, conditions, random);
  } catch (const HostError& error) {
    event.handler = {error.what(), error.stack()};
    event.end = prepared;
    return event;
  }
  Micros job_start = prepared;
  for (const PlannedJob& job : event.jobs) {
    event.job_starts.push_back(job_start);
    event.end = std::max(event.end, job_start + job.script.duration());
    job_start += random.between(80, 400);
  }
  event.end += random.around(600, 0.4);
  return event;
}

std::string plan_context(const std::string& function, Random& random) {
  const Json context = {{"functionName", function},
                        {"requestId", random.uuid()},
                        {"region", "eu-north-1"},
                        {"memoryLimitMb", 512},
                        {"coldStart", random.chance(0.04)}};
  return context.dump();
}

StorySize measure(const PlannedInvocation& plan, const Conditions& conditions) {
  StorySize size{1, plan.end};
  if (plan.itself.message.empty()) {
    for (const PlannedEvent& event : plan.events) {
      size.duration = std::max(size.duration, event.end);
      for (std::size_t i = 0; i < event.jobs.size(); ++i) {
        for (const FollowUp& next : event.jobs[i].script.follow_ups()) {
          if (plan.frozen && event.job_starts[i] + next.offset > plan.end) continue;
          const StorySize rest =
              measure(plan_invocation(next.payload, next.order, next.seed, conditions), conditions);
          size.invocations += rest.invocations;
          size.duration = std::max(size.duration, event.job_starts[i] + next.offset +
                                                      delivery_delay(next.seed) + rest.duration);
        }
      }
    }
  }
  return size;
}

}  // namespace

Micros delivery_delay(std::uint64_t seed) {
  Random random(~seed);
  return random.around(70 * kMillisecond, 0.6);
}

PlannedInvocation plan_invocation(Json payload, const Json& order, std::uint64_t seed,
                                  const Conditions& conditions) {
  Random random(seed);
  PlannedInvocation plan;
  const HasuraPayload facts = read_payload(payload);
  plan.function = "event-detector-" + facts.table.substr(facts.table.find('.') + 1);
  plan.context = plan_context(plan.function, random);
  plan.payload = std::move(payload);
  if (random.chance(0.004)) {
    plan.itself = {"Cannot find module '/var/task/events/order.paid.js'",
                   "Error: Cannot find module '/var/task/events/order.paid.js'\n"
                   "Require stack:\n- /var/task/node_modules/event-host/load.js\n"
                   "    at Module._resolveFilename (node:internal/modules/cjs/loader:1145:15)\n"
                   "    at loadModules (/var/task/node_modules/event-host/load.js:33:17)\n"
                   "    at async listen (/var/task/node_modules/event-host/index.js:71:5)"};
    plan.end = random.around(40 * kMillisecond);
    return plan;
  }
  Micros start = random.around(1'200, 0.5);
  for (const EventModule& module : event_modules()) {
    plan.events.push_back(plan_event(module, facts, order, conditions, start, random));
    plan.end = std::max(plan.end, plan.events.back().end);
    start += random.between(20, 120);
  }
  plan.end += random.around(900, 0.5);
  if (plan.end > kTimeLimit) {
    plan.end = kTimeLimit;
    plan.timed_out = true;
    plan.frozen = random.chance(0.3);
  }
  return plan;
}

PlannedInvocation plan_first(const Story& story) {
  Random random(story.seed);
  Json payload = make_payload(pick_occasion(story, random), random);
  const Json order =
      payload["table"]["name"] == "orders" ? payload["event"]["data"]["new"] : Json();
  return plan_invocation(std::move(payload), order, random.next(), story.conditions);
}

StorySize measure(const Story& story) { return measure(plan_first(story), story.conditions); }

}  // namespace edo::examples
