#include "examples/order_host.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <memory>
#include <mutex>
#include <numbers>
#include <optional>
#include <utility>
#include <vector>

#include "edo/recorder.hpp"
#include "edo/tracking.hpp"
#include "examples/plan.hpp"
#include "examples/shop_payloads.hpp"
#include "examples/timeline.hpp"

namespace edo::examples {
namespace {

// The payment gateway was down for a while in the middle of the day.
constexpr Micros kOutageBegan = -(9 * kHour + 20 * kMinute);
constexpr Micros kOutageEnded = -(8 * kHour + 35 * kMinute);
constexpr double kOutageShare = 0.045;  // of all stories

constexpr Micros kDay = 24 * kHour;

// Live, most invocations take some seconds and some take minutes, a story begins about every ten
// seconds, and the gateway is down more often.
constexpr int kSlowMotion = 30;
constexpr Micros kLongestPause = 700 * kMillisecond;
constexpr double kLiveOutageShare = 0.15;

Micros system_now() {
  return std::chrono::duration_cast<std::chrono::microseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

// One running invocation: its plan and the open handles.
struct Run {
  PlannedInvocation plan;
  Conditions conditions;
  Invocation invocation;
  std::vector<EventExecution> events;
  std::vector<std::vector<JobExecution>> jobs;  // by event
};

class OrderHost {
 public:
  explicit OrderHost(const DemoOptions& options)
      : options_(options),
        end_(system_now()),
        live_stories_(options.seed),
        timeline_(options.wait ? end_ : end_ - kDay, options.wait ? kSlowMotion : 1),
        recorder_(recorder_options()) {}

  DemoSummary run() {
    if (options_.wait) {
      live();
    } else {
      schedule_stories();
      while (recorder_.health().dropped == 0 && timeline_.advance()) {
      }
    }
    recorder_.close();
    const std::lock_guard lock(error_mutex_);
    if (recorder_.health().dropped > 0 && error_) throw *error_;
    return summary_;
  }

 private:
  // Held by the steps of an invocation that are still to come; the last one ends it.
  using RunPtr = std::shared_ptr<Run>;

  Options recorder_options() {
    Options options;
    options.store = options_.store;
    if (!options_.wait)
      options.clock = [this] { return Timestamp(std::chrono::microseconds(timeline_.now())); };
    options.on_error = [this](const Error& error) {
      const std::lock_guard lock(error_mutex_);
      if (!error_) error_ = error;
    };
    return options;
  }

  void live() {
    tell_story();
    const auto left = [this] {
      return std::chrono::ceil<std::chrono::milliseconds>(
          std::chrono::microseconds(std::max<Micros>(timeline_.next() - system_now(), 0)));
    };
    while (recorder_.health().dropped == 0 && !options_.wait(left())) timeline_.advance();
    timeline_.clear();  // and with it the handles of what still runs
    summary_.failed_invocations += summary_.invocations - done_;
  }

  // Begins one, and another one later.
  void tell_story() {
    const Story story{live_stories_.next(),
                      {.gateway_down = live_stories_.chance(kLiveOutageShare)}};
    begin(plan_first(story), story.conditions, live_stories_.between(kMinute, 3 * kDay));
    timeline_.at(timeline_.now() + live_stories_.between(0, kLongestPause),
                 [this] { tell_story(); });
  }

  // Stories are drawn until they make up the number that was asked for. What happens in one does
  // not depend on when it happens, so one seed gives the same day at any time of the clock.
  void schedule_stories() {
    Random seeds(options_.seed);
    Random times(seeds.next());
    for (std::size_t planned = 0; planned < options_.invocations;) {
      const Story story{seeds.next(), {.gateway_down = seeds.chance(kOutageShare)}};
      const StorySize size = measure(story);
      if (size.invocations > options_.invocations - planned) continue;  // too long for the rest
      planned += size.invocations;
      const Micros start = std::min(story_start(story, times), end_ - size.duration);
      const Micros age = times.between(kMinute, 3 * kDay);
      timeline_.at(start, [this, story, age] { begin(plan_first(story), story.conditions, age); });
    }
  }

  Micros story_start(const Story& story, Random& times) const {
    if (story.conditions.gateway_down) return end_ + times.between(kOutageBegan, kOutageEnded);
    for (;;) {
      const Micros time = end_ - times.between(0, kDay - 1);
      if (times.chance(activity(time))) return time;
    }
  }

  // How busy the shop is, from 0 to 1: a quiet night, a peak in the early afternoon (UTC).
  static double activity(Micros time) {
    const double hour = static_cast<double>(time % kDay) / static_cast<double>(kHour);
    const double wave = std::cos((hour - 14) / 24 * 2 * std::numbers::pi);
    return 0.12 + 0.88 * std::pow((1 + wave) / 2, 1.4);
  }

  // `age` is that of the row which the payload is about.
  void begin(PlannedInvocation plan, const Conditions& conditions, Micros age) {
    const Micros now = timeline_.now();
    stamp(plan.payload, age, now - 45 * kMillisecond, now - 30 * kMillisecond);
    const HasuraPayload payload = read_payload(plan.payload);

    auto run = std::make_shared<Run>();
    run->plan = std::move(plan);
    run->conditions = conditions;
    InvocationStart start = payload.start_of(run->plan.function);
    start.auto_load_modules = true;
    start.event_modules_directory = "/var/task/events";
    start.context_data = run->plan.context;
    run->invocation = recorder_.start_invocation(start);
    ++summary_.invocations;

    run->events.resize(run->plan.events.size());
    run->jobs.resize(run->plan.events.size());
    for (std::size_t i = 0; i < run->plan.events.size(); ++i) schedule_event(run, i, now);
    timeline_.at(now + run->plan.end, [this, run] { finish(*run); });
  }

  void schedule_event(const RunPtr& run, std::size_t i, Micros began) {
    const PlannedEvent& event = run->plan.events[i];
    timeline_.at(began + event.start, [this, run, i] {
      const EventModule& module = *run->plan.events[i].module;
      run->events[i] = run->invocation.start_event(
          {.event_name = module.name, .event_module_path = module.path});
      ++summary_.events;
    });
    timeline_.at(began + event.detected_at, [run, i] { detect(*run, i); });
    if (!event.detected) return;
    run->jobs[i].resize(event.jobs.size());
    for (std::size_t j = 0; j < event.jobs.size(); ++j) {
      schedule_job(run, i, j, began + event.job_starts[j]);
    }
    timeline_.at(began + event.end, [run, i] { handled(*run, i); });
  }

  static void detect(Run& run, std::size_t i) {
    const PlannedEvent& event = run.plan.events[i];
    if (!event.detector.message.empty()) {
      run.events[i].detection_failed(
          {.message = event.detector.message, .stack = event.detector.stack});
    } else if (event.detected) {
      run.events[i].detected();
    } else {
      run.events[i].not_detected();
    }
  }

  static void handled(Run& run, std::size_t i) {
    const PlannedFailure& failure = run.plan.events[i].handler;
    if (failure.message.empty()) {
      run.events[i].complete();
    } else {
      run.events[i].handler_failed({.message = failure.message, .stack = failure.stack});
    }
  }

  // The steps of parallel jobs stand on one timeline, so their lines interleave as in real life.
  void schedule_job(const RunPtr& run, std::size_t i, std::size_t j, Micros began) {
    const JobScript& script = run->plan.events[i].jobs[j].script;
    timeline_.at(began, [this, run, i, j] {
      const PlannedJob& job = run->plan.events[i].jobs[j];
      run->jobs[i][j] = run->events[i].start_job({.job_name = job.name,
                                                  .job_function_name = job.function_name,
                                                  .job_options = job.options});
      ++summary_.jobs;
    });
    for (std::size_t k = 0; k < script.lines().size(); ++k) {
      timeline_.at(began + script.lines()[k].offset, [this, run, i, j, k] { log(*run, i, j, k); });
    }
    for (std::size_t k = 0; k < script.follow_ups().size(); ++k) {
      timeline_.at(began + script.follow_ups()[k].offset,
                   [this, run, i, j, k] { write_row(*run, i, j, k); });
    }
    timeline_.at(began + script.duration(), [run, i, j] {
      const JobScript& end = run->plan.events[i].jobs[j].script;
      if (end.failed()) {
        run->jobs[i][j].fail({.message = end.error(), .stack = end.stack()});
      } else {
        run->jobs[i][j].complete(end.result());
      }
    });
  }

  void log(Run& run, std::size_t i, std::size_t j, std::size_t k) {
    JobExecution& job = run.jobs[i][j];
    if (job.id().empty()) return;  // frozen
    const PlannedJob& plan = run.plan.events[i].jobs[j];
    const JobScript::Line& line = plan.script.lines()[k];
    const std::string source = "/var/task/jobs/" + std::string(plan.name) + ".js";
    job.log(line.level, line.message,
            {.data = line.data, .source = source, .line_number = line.line_number});
    ++summary_.logs;
  }

  // The job writes its token into the row, so the invocation that follows knows where it belongs.
  void write_row(const Run& run, std::size_t i, std::size_t j, std::size_t k) {
    const JobExecution& job = run.jobs[i][j];
    if (job.id().empty()) return;  // frozen
    const FollowUp& next = run.plan.events[i].jobs[j].script.follow_ups()[k];
    Json payload = next.payload;
    payload["event"]["data"]["new"]["updated_by"] =
        build_tracking_token(run.plan.function, job.correlation_id(), job.id());
    timeline_.at(timeline_.now() + delivery_delay(next.seed), [this, payload = std::move(payload),
                                                               order = next.order, seed = next.seed,
                                                               conditions = run.conditions] {
      begin(plan_invocation(payload, order, seed, conditions), conditions, 2 * kSecond);
    });
  }

  void finish(Run& run) {
    const std::string id = run.invocation.id();
    const PlannedInvocation& plan = run.plan;
    if (plan.timed_out) {
      run.invocation.time_out();
    } else if (!plan.itself.message.empty()) {
      run.invocation.fail({.message = plan.itself.message, .stack = plan.itself.stack});
    } else {
      run.invocation.complete();
    }
    if (plan.frozen) {
      // Handles that go away unfinished say so in the store.
      for (auto& jobs : run.jobs) {
        for (auto& job : jobs) job = {};
      }
      for (auto& event : run.events) event = {};
    }
    count_failure(plan, id);
    ++done_;
    if (options_.progress) options_.progress(done_, options_.invocations);
  }

  void count_failure(const PlannedInvocation& plan, const std::string& id) {
    std::size_t jobs = 0;
    bool job_failed = false;
    bool failed = plan.timed_out || !plan.itself.message.empty();
    for (const PlannedEvent& event : plan.events) {
      failed |= !event.detector.message.empty() || !event.handler.message.empty();
      for (const PlannedJob& job : event.jobs) job_failed |= job.script.failed();
      jobs += event.jobs.size();
    }
    if (!failed && !job_failed) return;
    ++summary_.failed_invocations;
    // The best one to look at has a failed job beside many others; of equals, the latest.
    const std::size_t interest = job_failed ? 1 + jobs : 1;
    if (interest >= most_interesting_) {
      most_interesting_ = interest;
      summary_.failed_invocation_id = id;
    }
  }

  const DemoOptions options_;
  const Micros end_;
  Random live_stories_;
  DemoSummary summary_;
  std::size_t done_ = 0;
  std::size_t most_interesting_ = 0;
  // In this order, since handles that are left in the timeline report to error_, and the
  // recorder's clock is the timeline.
  std::mutex error_mutex_;
  std::optional<Error> error_;
  Timeline timeline_;
  Recorder recorder_;
};

}  // namespace

DemoSummary run_order_host(const DemoOptions& options) { return OrderHost(options).run(); }

}  // namespace edo::examples
