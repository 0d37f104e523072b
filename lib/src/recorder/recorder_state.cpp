#include "recorder/recorder_state.hpp"

#include <filesystem>
#include <system_error>
#include <utility>

#include "base/fork.hpp"
#include "edo/option_sources.hpp"
#include "options/table.hpp"
#include "recorder/gathering.hpp"
#include "recorder/shipping.hpp"
#include "recorder/writer.hpp"

namespace edo::recorder {
namespace {

// The host's clock, also for durations.
class HostClock final : public base::Clock {
 public:
  explicit HostClock(std::function<Timestamp()> now) : now_(std::move(now)) {}
  [[nodiscard]] base::Micros now() const override { return now_().time_since_epoch().count(); }
  [[nodiscard]] base::Micros steady() const override { return now(); }

 private:
  std::function<Timestamp()> now_;
};

std::shared_ptr<const base::Clock> clock_of(const Options& options) {
  if (options.clock) return std::make_shared<HostClock>(options.clock);
  return {std::shared_ptr<void>(), &base::Clock::system()};
}

void end(Writer* writer) {
  (void)writer->close(kCloseTimeout);
  writer->let_go();
}

// The host and its children may change their working directory; the path of the store must not
// depend on it.
Options settled(Options options) {
  validate(options);
  std::error_code failure;
  const auto path = std::filesystem::absolute(options.store, failure);
  if (!failure) options.store = path.string();
  return options;
}

// An option that has no effect must not be accepted silently.
void require_shipping(const Options& options) {
  if (const auto* provider = shipping_provider()) return provider->check(options);
  const std::string_view how =
      options.central_database.replicate == Replicate::on_end ? "onEnd" : "background";
  throw Error(ErrorKind::invalid_argument, "open", options.store,
              "replicate is " + std::string(how) +
                  ", but this program is linked with libedo, which does not ship; link "
                  "libedo-shipper instead (pkg-config edo-shipper, or edo::shipper of CMake), "
                  "or leave replicate off and ship the store with edo-replicator");
}

// Any end of an invocation, whatever its status.
bool ends_invocation(const Change& change) {
  return change.kind() == ChangeKind::finish_invocation;
}

}  // namespace

RecorderState::RecorderState(const Options& options)
    : options_(settled(options)),
      redaction_(options.redact, options.redact_secrets),
      clock_(clock_of(options)) {
  if (!options_.enabled) return;
  const bool ships = options_.central_database.replicate != Replicate::off;
  if (ships) require_shipping(options_);
  writer_ = new Writer(options_, clock_, [this](const Error& error) { report(error); });
  try {
    if (ships) shipping_ = shipping_provider()->start(options_).release();
  } catch (...) {
    end(writer_);
    throw;
  }
  if (!ships) report_idle_options();
}

RecorderState::~RecorderState() {
  Shipping* shipping = shipping_;
  if (shipping != nullptr && shipping->generation() == base::fork_generation()) delete shipping;
  Writer* writer = writer_;
  // The parent's writer must not be closed here: that would close the parent's connection.
  if (writer != nullptr && writer->generation() == base::fork_generation()) end(writer);
}

Writer* RecorderState::writer() {
  Writer* current = writer_;
  if (current->generation() == base::fork_generation()) return current;
  if (closed_) {
    throw Error(ErrorKind::closed, "record in", options_.store, "the recorder is closed");
  }
  auto* const fresh = new Writer(
      options_, clock_, [this](const Error& error) { report(error); },
      Writer::Open::with_first_call);
  if (!writer_.compare_exchange_strong(current, fresh)) {
    end(fresh);  // Another thread of the child was faster.
    return current;
  }
  (void)shipping();
  return fresh;
}

Shipping* RecorderState::shipping() noexcept {
  Shipping* current = shipping_;
  if (current == nullptr || current->generation() == base::fork_generation()) return current;
  if (closed_) return nullptr;
  try {
    auto fresh = shipping_provider()->start(options_);
    if (shipping_.compare_exchange_strong(current, fresh.get())) return fresh.release();
    fresh->end();
    return current;
  } catch (const std::exception& failure) {
    report(Error(ErrorKind::io, "ship", options_.store, failure.what()));
  }
  return nullptr;
}

// They may be set for later, when `replicate` is not off, so they are reported and not refused.
void RecorderState::report_idle_options() const {
  std::string names;
  const Options defaults;
  for (const options::Option& option : options::table()) {
    if (!option.ships || option.get(options_) == option.get(defaults)) continue;
    names += (names.empty() ? "" : ", ") + option.name;
  }
  if (names.empty()) return;
  report(Error(ErrorKind::invalid_argument, "open", options_.store,
               "replicate is off, so these options have no effect: " + names +
                   "; set replicate, or remove them"));
}

template <typename Body>
Outcome RecorderState::attempt(ChangeKind kind, Body&& body) noexcept {
  if (!options_.enabled) return Outcome::disabled;
  try {
    return body();
  } catch (const Error& failure) {
    report(failure);
  } catch (const std::exception& failure) {
    count_dropped(Error(ErrorKind::io, describe(kind), options_.store, failure.what()));
  }
  return Outcome::dropped;
}

Outcome RecorderState::record(const Change& change) noexcept {
  return attempt(change.kind(), [&] {
    Gathering* const gathering = Gathering::of(*this);
    return gathering != nullptr ? gathering->add(change) : store(change);
  });
}

Outcome RecorderState::store(const Change& change) noexcept {
  return attempt(change.kind(), [&] {
    const Outcome outcome = writer()->record(change);
    if (shipping_ != nullptr && ends_invocation(change)) invocation_ended();
    return outcome;
  });
}

Outcome RecorderState::store(const Queue& changes) noexcept {
  return attempt(changes[0].kind(), [&] {
    const Outcome outcome = writer()->record(changes);
    if (shipping_ == nullptr) return outcome;
    for (std::size_t i = 0; i < changes.size(); ++i) {
      if (!ends_invocation(changes[i])) continue;
      invocation_ended();
      break;
    }
    return outcome;
  });
}

void RecorderState::invocation_ended() noexcept {
  if (Shipping* const ships = shipping()) ships->invocation_ended();
}

bool RecorderState::flush(std::chrono::milliseconds timeout) noexcept {
  if (!options_.enabled) return true;
  if (closed_) return false;
  if (Gathering* const gathering = Gathering::of(*this)) (void)gathering->commit();
  try {
    return writer()->flush(timeout);
  } catch (const std::exception&) {
    return false;  // closed meanwhile, or no memory
  }
}

bool RecorderState::ship(std::chrono::milliseconds timeout) noexcept {
  if (!options_.enabled || closed_) return false;
  if (Gathering* const gathering = Gathering::of(*this)) (void)gathering->commit();
  try {
    writer()->commit();
  } catch (const std::exception&) {
    return false;  // closed meanwhile, or no memory
  }
  Shipping* const ships = shipping();
  return ships != nullptr && ships->ship(timeout) && health().queued == 0;
}

void RecorderState::report(const Error& error) const noexcept {
  if (!options_.on_error) return;
  try {
    options_.on_error(error);
  } catch (...) {
    // An exception of the host's callback must not end the host.
  }
}

void RecorderState::count_dropped(const Error& error) noexcept {
  Writer* writer = writer_;
  try {
    if (writer == nullptr || writer->generation() != base::fork_generation()) {
      ++dropped_;
    } else {
      writer->count_dropped(error);
    }
  } catch (const std::exception&) {
    // There is no memory for the reason; the call is counted.
  }
  report(error);
}

Health RecorderState::close(std::chrono::milliseconds timeout) noexcept {
  closed_ = true;
  Writer* writer = writer_;
  Health health;
  if (writer != nullptr && writer->generation() == base::fork_generation()) {
    health = writer->close(timeout);
    // The rows that closing has changed are shipped, too.
    Shipping* const ships = shipping_;
    if (ships != nullptr && ships->generation() == base::fork_generation()) ships->end();
  }
  health.dropped += dropped_;
  return health;
}

Health RecorderState::health() const noexcept {
  const Writer* writer = writer_;
  Health health;
  if (writer != nullptr && writer->generation() == base::fork_generation()) {
    health = writer->health();
  }
  health.dropped += dropped_;
  return health;
}

}  // namespace edo::recorder
