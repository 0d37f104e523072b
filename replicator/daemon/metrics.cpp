#include "replicator/daemon/metrics.hpp"

#include <fmt/format.h>

#include <iterator>
#include <variant>

namespace edo::daemon {
namespace {

// The names are a contract with dashboards and alert rules; docs/operations.md lists them.
using StoreValue = std::variant<std::uint64_t StoreMetrics::*, double StoreMetrics::*>;

struct Family {
  const char* name;
  const char* type;
  const char* help;
};

struct StoreSample {
  Family family;
  const char* label;  // besides store, or empty; samples of one family stand together
  StoreValue value;
};

constexpr Family kRows{"edo_replicator_rows_total", "counter",
                       "Rows that the other side acknowledged, by what became of them"};

constexpr StoreSample kStoreSamples[] = {
    {kRows, R"(,outcome="inserted")", &StoreMetrics::inserted_rows},
    {kRows, R"(,outcome="updated")", &StoreMetrics::updated_rows},
    {kRows, R"(,outcome="unchanged")", &StoreMetrics::unchanged_rows},
    {kRows, R"(,outcome="waiting")", &StoreMetrics::waiting_rows},
    {{"edo_replicator_dead_letters_total", "counter",
      "Rows that could not be taken and were put aside"},
     "",
     &StoreMetrics::dead_letters},
    {{"edo_replicator_batches_total", "counter", "Batches that were acknowledged"},
     "",
     &StoreMetrics::batches},
    {{"edo_replicator_batch_raw_bytes_total", "counter", "Size of those batches in memory"},
     "",
     &StoreMetrics::raw_bytes},
    {{"edo_replicator_batch_sent_bytes_total", "counter",
      "Size of those batches as they were sent, after compression"},
     "",
     &StoreMetrics::sent_bytes},
    {{"edo_replicator_pending_changes", "gauge", "Changes in the outbox that are not acknowledged"},
     "",
     &StoreMetrics::pending_changes},
    {{"edo_replicator_oldest_change_age_seconds", "gauge",
      "Age of the oldest of them, 0 if there is none"},
     "",
     &StoreMetrics::oldest_change_seconds},
    {{"edo_replicator_wal_bytes", "gauge", "Size of the store's write-ahead log"},
     "",
     &StoreMetrics::wal_bytes},
    {{"edo_replicator_last_success_timestamp_seconds", "gauge",
      "When the outbox was last found empty or emptied, 0 if not since the start"},
     "",
     &StoreMetrics::last_success},
};

constexpr Family kErrors{"edo_replicator_errors_total", "counter",
                         "Failures of the other side, by what can be done about them"};
constexpr Family kShip{"edo_replicator_ship_duration_seconds", "histogram",
                       "Time from sending a batch to its acknowledgement"};
constexpr Family kBuild{"edo_replicator_build_info", "gauge", "The program's version; always 1"};

std::string number(const StoreMetrics& values, const StoreValue& value) {
  return std::visit([&](auto member) { return fmt::format("{}", values.*member); }, value);
}

// Help and type come before the samples of a family.
void begin(std::string& out, const Family& family) {
  fmt::format_to(std::back_inserter(out), "# HELP {0} {1}\n# TYPE {0} {2}\n", family.name,
                 family.help, family.type);
}

void append_histogram(std::string& out, const std::string& target, const Histogram& histogram) {
  std::uint64_t total = 0;
  for (std::size_t i = 0; i < histogram.counts().size(); ++i) {
    total += histogram.counts()[i];
    const std::string bound =
        i < Histogram::kBounds.size() ? fmt::format("{}", Histogram::kBounds[i]) : "+Inf";
    fmt::format_to(std::back_inserter(out), "{}_bucket{{target=\"{}\",le=\"{}\"}} {}\n", kShip.name,
                   target, bound, total);
  }
  fmt::format_to(std::back_inserter(out),
                 "{0}_sum{{target=\"{1}\"}} {2}\n{0}_count{{target=\"{1}\"}} {3}\n", kShip.name,
                 target, histogram.sum(), total);
}

}  // namespace

void Histogram::observe(double seconds) noexcept {
  std::size_t bucket = 0;
  while (bucket < kBounds.size() && seconds > kBounds[bucket]) ++bucket;
  ++counts_[bucket];
  sum_ += seconds;
}

std::string escaped_label(std::string_view value) {
  std::string result;
  for (const char c : value) {
    if (c == '\n') {
      result += "\\n";
      continue;
    }
    if (c == '\\' || c == '"') result += '\\';
    result += c;
  }
  return result;
}

std::string Metrics::render() const {
  const std::lock_guard lock(mutex_);
  std::string out;
  begin(out, kBuild);
  fmt::format_to(std::back_inserter(out), "{}{{version=\"{}\"}} 1\n", kBuild.name, EDO_VERSION);
  std::string_view family;
  for (const auto& sample : kStoreSamples) {
    if (stores_.empty()) break;
    if (family != sample.family.name) begin(out, sample.family);
    family = sample.family.name;
    for (const auto& [path, values] : stores_) {
      fmt::format_to(std::back_inserter(out), "{}{{store=\"{}\"{}}} {}\n", family,
                     escaped_label(path), sample.label, number(values, sample.value));
    }
  }
  if (targets_.empty()) return out;
  begin(out, kErrors);
  for (const auto& [label, values] : targets_) {
    for (std::size_t kind = 0; kind < kErrorKinds; ++kind) {
      fmt::format_to(std::back_inserter(out), "{}{{target=\"{}\",kind=\"{}\"}} {}\n", kErrors.name,
                     escaped_label(label), to_string(static_cast<ErrorKind>(kind)),
                     values.errors[kind]);
    }
  }
  begin(out, kShip);
  for (const auto& [label, values] : targets_) {
    append_histogram(out, escaped_label(label), values.ship_seconds);
  }
  return out;
}

}  // namespace edo::daemon
