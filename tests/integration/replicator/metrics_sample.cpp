// Writes metrics in which every value and every kind of error occurs.
#include <cstdio>
#include <string>

#include "replicator/metrics/metrics.hpp"

int main() {
  edo::metrics::Metrics metrics;
  for (const std::string store : {"/var/lib/shop/telemetry.db", "C:\\odd \"name\"\n.db"}) {
    metrics.store(store, [](edo::metrics::StoreMetrics& values) {
      values = {1000, 20, 3, 7, 1, 4, 5'000'000, 600'000, 70, 8.25, 90'000, 1, 1.7e9};
    });
  }
  for (const std::string target : {"postgresql://edge@db.example.com:5432/telemetry", "files"}) {
    metrics.target(target, [](edo::metrics::TargetMetrics& values) {
      for (auto& count : values.errors) ++count;
      for (const double seconds : {0.001, 0.2, 70.0}) values.ship_seconds.observe(seconds);
    });
  }
  const std::string text = metrics.render();
  return std::fwrite(text.data(), 1, text.size(), stdout) == text.size() ? 0 : 1;
}
