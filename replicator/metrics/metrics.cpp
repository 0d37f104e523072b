#include "replicator/metrics/metrics.hpp"

#include <fmt/format.h>

#include <iterator>
#include <variant>

namespace edo::metrics {
namespace {

// The names are a contract with dashboards and alert rules; docs/operations.md lists them.
using StoreValue = std::variant<std::uint64_t StoreMetrics::*, double StoreMetrics::*>;

struct StoreSample {
  Family family;
  const char* label;  // besides store, or empty; samples of one family stand together
  StoreValue value;
};

constexpr Family kRows{"edo_replicator_rows_total", "counter", "Acknowledged rows by outcome"};

constexpr StoreSample kStoreSamples[] = {
    {kRows, R"(,outcome="inserted")", &StoreMetrics::inserted_rows},
    {kRows, R"(,outcome="updated")", &StoreMetrics::updated_rows},
    {kRows, R"(,outcome="unchanged")", &StoreMetrics::unchanged_rows},
    {kRows, R"(,outcome="in_inbox")", &StoreMetrics::inbox_rows},
    {{"edo_replicator_dead_letters_total", "counter",
      "Rows that were refused and set aside as dead letters"},
     "",
     &StoreMetrics::dead_letters},
    {{"edo_replicator_batches_total", "counter", "Acknowledged batches"},
     "",
     &StoreMetrics::batches},
    {{"edo_replicator_batch_raw_bytes_total", "counter",
      "Size of the acknowledged batches before compression"},
     "",
     &StoreMetrics::raw_bytes},
    {{"edo_replicator_batch_sent_bytes_total", "counter",
      "Size of the acknowledged batches after compression"},
     "",
     &StoreMetrics::sent_bytes},
    {{"edo_replicator_pending_changes", "gauge", "Changes in the outbox that are not acknowledged"},
     "",
     &StoreMetrics::pending_changes},
    {{"edo_replicator_oldest_change_age_seconds", "gauge",
      "Age of the oldest pending change, 0 if there is none"},
     "",
     &StoreMetrics::oldest_change_seconds},
    {{"edo_replicator_wal_bytes", "gauge", "Size of the store's write-ahead log"},
     "",
     &StoreMetrics::wal_bytes},
    {{"edo_replicator_healing", "gauge",
      "1 while acknowledged rows that the central database may have lost are sent again, else 0"},
     "",
     &StoreMetrics::healing},
    {{"edo_replicator_last_success_timestamp_seconds", "gauge",
      "When the outbox was last empty, 0 if never since the start"},
     "",
     &StoreMetrics::last_success},
};

constexpr Family kErrors{"edo_replicator_errors_total", "counter",
                         "Failures of the central database by kind of error"};
constexpr Family kShip{"edo_replicator_ship_duration_seconds", "histogram",
                       "Time from sending a batch to its acknowledgement"};
constexpr Family kBuild{"edo_replicator_build_info", "gauge", "The program's version; always 1"};

std::string number(const StoreMetrics& values, const StoreValue& value) {
  return std::visit([&](auto member) { return fmt::format("{}", values.*member); }, value);
}

}  // namespace

std::string Metrics::render() const {
  const std::lock_guard lock(mutex_);
  std::string out;
  begin_family(out, kBuild);
  fmt::format_to(std::back_inserter(out), "{}{{version=\"{}\"}} 1\n", kBuild.name, EDO_VERSION);
  std::string_view family;
  for (const auto& sample : kStoreSamples) {
    if (stores_.empty()) break;
    if (family != sample.family.name) begin_family(out, sample.family);
    family = sample.family.name;
    for (const auto& [path, values] : stores_) {
      fmt::format_to(std::back_inserter(out), "{}{{store=\"{}\"{}}} {}\n", family,
                     escaped_label(path), sample.label, number(values, sample.value));
    }
  }
  if (targets_.empty()) return out;
  begin_family(out, kErrors);
  for (const auto& [label, values] : targets_) {
    for (std::size_t kind = 0; kind < kErrorKinds; ++kind) {
      fmt::format_to(std::back_inserter(out), "{}{{target=\"{}\",kind=\"{}\"}} {}\n", kErrors.name,
                     escaped_label(label), to_string(static_cast<ErrorKind>(kind)),
                     values.errors[kind]);
    }
  }
  begin_family(out, kShip);
  for (const auto& [label, values] : targets_) {
    append_histogram(out, kShip, fmt::format("target=\"{}\"", escaped_label(label)),
                     values.ship_seconds);
  }
  return out;
}

}  // namespace edo::metrics
