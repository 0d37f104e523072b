#include "recorder/core.hpp"

#include <filesystem>
#include <system_error>
#include <utility>

#include "base/fork.hpp"
#include "edo/option_sources.hpp"
#include "recorder/gathering.hpp"
#include "recorder/writer.hpp"

namespace edo::recorder {
namespace {

// The host's clock, which has no other for durations.
class HostClock final : public base::Clock {
 public:
  explicit HostClock(std::function<std::int64_t()> now) : now_(std::move(now)) {}
  [[nodiscard]] base::Micros now() const override { return now_(); }
  [[nodiscard]] base::Micros steady() const override { return now_(); }

 private:
  std::function<std::int64_t()> now_;
};

std::shared_ptr<const base::Clock> clock_of(const Options& options) {
  if (options.clock) return std::make_shared<HostClock>(options.clock);
  return {std::shared_ptr<void>(), &base::Clock::system()};
}

void end(Writer* writer) {
  (void)writer->close(kCloseTimeout);
  writer->let_go();
}

// The host may go to another folder, and its children may; the store stays where it is.
Options settled(Options options) {
  validate(options);
  std::error_code failure;
  const auto path = std::filesystem::absolute(options.store, failure);
  if (!failure) options.store = path.string();
  return options;
}

}  // namespace

Core::Core(const Options& options)
    : options_(settled(options)), redaction_(options.redact), clock_(clock_of(options)) {
  if (!options_.enabled) return;
  writer_ = new Writer(options_, clock_, [this](const Error& error) { report(error); });
}

Core::~Core() {
  Writer* writer = writer_;
  // The parent's writer must not be closed here: that would close the parent's connection.
  if (writer != nullptr && writer->generation() == base::fork_generation()) end(writer);
}

Writer* Core::writer() {
  Writer* current = writer_;
  if (current->generation() == base::fork_generation()) return current;
  if (closed_) {
    throw Error(ErrorKind::closed, "record in " + options_.store + ": the recorder is closed");
  }
  auto* const fresh = new Writer(
      options_, clock_, [this](const Error& error) { report(error); },
      Writer::Open::with_first_call);
  if (writer_.compare_exchange_strong(current, fresh)) return fresh;
  end(fresh);  // Another thread of the child was faster.
  return current;
}

template <typename Body>
Outcome Core::guarded(Statement statement, Body&& body) noexcept {
  if (!options_.enabled) return Outcome::disabled;
  try {
    return body();
  } catch (const Error& failure) {
    report(failure);
  } catch (const std::exception& failure) {
    lose(Error(ErrorKind::io,
               std::string(describe(statement)) + " in " + options_.store + ": " + failure.what()));
  }
  return Outcome::dropped;
}

Outcome Core::record(const Change& change) noexcept {
  return guarded(change.statement(), [&] {
    Gathering* const gathering = Gathering::of(*this);
    return gathering != nullptr ? gathering->add(change) : writer()->record(change);
  });
}

Outcome Core::store(const Change& change) noexcept {
  return guarded(change.statement(), [&] { return writer()->record(change); });
}

Outcome Core::store(const Queue& changes) noexcept {
  return guarded(changes[0].statement(), [&] { return writer()->record(changes); });
}

void Core::report(const Error& error) const noexcept {
  if (!options_.on_error) return;
  try {
    options_.on_error(error);
  } catch (...) {
    // A host's own handler must not bring the host down through us.
  }
}

void Core::lose(const Error& error) noexcept {
  Writer* writer = writer_;
  try {
    if (writer == nullptr || writer->generation() != base::fork_generation()) {
      ++lost_;
    } else {
      writer->count_loss(error);
    }
  } catch (const std::exception&) {
    // Only the reason can be wanting, when there is no memory for it.
  }
  report(error);
}

Health Core::close(std::chrono::milliseconds timeout) noexcept {
  closed_ = true;
  Writer* writer = writer_;
  Health health;
  if (writer != nullptr && writer->generation() == base::fork_generation()) {
    health = writer->close(timeout);
  }
  health.dropped += lost_;
  return health;
}

Health Core::health() const noexcept {
  const Writer* writer = writer_;
  Health health;
  if (writer != nullptr && writer->generation() == base::fork_generation()) {
    health = writer->health();
  }
  health.dropped += lost_;
  return health;
}

}  // namespace edo::recorder
