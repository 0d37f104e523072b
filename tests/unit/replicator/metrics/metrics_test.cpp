#include "replicator/metrics/metrics.hpp"

#include <catch2/catch.hpp>
#include <thread>
#include <vector>

using namespace edo;
using namespace edo::metrics;
using Catch::Matchers::Contains;

TEST_CASE("metrics are rendered as Prometheus reads them") {
  Metrics metrics;
  CHECK(metrics.render() ==
        "# HELP edo_replicator_build_info The program's version; always 1\n"
        "# TYPE edo_replicator_build_info gauge\n"
        "edo_replicator_build_info{version=\"" EDO_VERSION "\"} 1\n");

  metrics.store("b.db", [](StoreMetrics& values) { values.inserted_rows = 12'345'678'901; });
  metrics.store("a.db", [](StoreMetrics& values) {
    values.updated_rows = 2;
    values.sent_bytes = 77;
    values.oldest_change_seconds = 0.25;
    values.last_success = 1'700'000'000.5;
  });
  const std::string text = metrics.render();
  // One family in one place, with its help and type once.
  CHECK_THAT(text, Contains("# TYPE edo_replicator_rows_total counter\n"
                            "edo_replicator_rows_total{store=\"a.db\",outcome=\"inserted\"} 0\n"
                            "edo_replicator_rows_total{store=\"b.db\",outcome=\"inserted\"} "
                            "12345678901\n"
                            "edo_replicator_rows_total{store=\"a.db\",outcome=\"updated\"} 2\n"
                            "edo_replicator_rows_total{store=\"b.db\",outcome=\"updated\"} 0\n"));
  CHECK_THAT(text, Contains("\nedo_replicator_batch_sent_bytes_total{store=\"a.db\"} 77\n"));
  CHECK_THAT(text, Contains("\nedo_replicator_oldest_change_age_seconds{store=\"a.db\"} 0.25\n"));
  CHECK_THAT(text, Contains("{store=\"a.db\"} 1700000000.5\n"));
  CHECK(text.find("# TYPE edo_replicator_rows_total") ==
        text.rfind("# TYPE edo_replicator_rows_total"));
  CHECK(text.find("edo_replicator_errors_total") == std::string::npos);
}

TEST_CASE("label values cannot break out of their quotes") {
  CHECK(escaped_label("plain, {with} = ünïcödé") == "plain, {with} = ünïcödé");
  CHECK(escaped_label("a\\b\"c\nd") == R"(a\\b\"c\nd)");
  Metrics metrics;
  metrics.store("x\"} 1\nevil 2", [](StoreMetrics&) {});
  metrics.target("y\"\n", [](TargetMetrics&) {});
  const std::string text = metrics.render();
  CHECK_THAT(text, Contains(R"(edo_replicator_wal_bytes{store="x\"} 1\nevil 2"} 0)"));
  CHECK_THAT(text, Contains(R"(edo_replicator_errors_total{target="y\"\n",kind="busy"} 0)"));
  CHECK(text.find("\nevil") == std::string::npos);
}

TEST_CASE("errors are counted by kind and latencies in buckets") {
  Metrics metrics;
  metrics.target("central", [](TargetMetrics& values) {
    values.count(Error(ErrorKind::invalid_argument, ""));
    values.count(Error(ErrorKind::io, ""));
    values.count(Error(ErrorKind::io, ""));
    for (const double seconds : {0.0, 0.005, 0.0051, 1.0, 60.0, 61.0}) {
      values.ship_seconds.observe(seconds);
    }
  });
  const std::string text = metrics.render();
  CHECK_THAT(text, Contains("_errors_total{target=\"central\",kind=\"invalid_argument\"} 1\n"));
  CHECK_THAT(text, Contains("_errors_total{target=\"central\",kind=\"io\"} 2\n"));
  CHECK_THAT(text, Contains("_errors_total{target=\"central\",kind=\"unavailable\"} 0\n"));
  const std::string bucket = "edo_replicator_ship_duration_seconds_bucket{target=\"central\",le=";
  CHECK_THAT(text, Contains(bucket + "\"0.005\"} 2\n"));
  CHECK_THAT(text, Contains(bucket + "\"0.01\"} 3\n"));
  CHECK_THAT(text, Contains(bucket + "\"0.5\"} 3\n"));
  CHECK_THAT(text, Contains(bucket + "\"1\"} 4\n"));
  CHECK_THAT(text, Contains(bucket + "\"60\"} 5\n"));
  CHECK_THAT(
      text,
      Contains(bucket + "\"+Inf\"} 6\n"
                        "edo_replicator_ship_duration_seconds_sum{target=\"central\"} 122.0101\n"
                        "edo_replicator_ship_duration_seconds_count{target=\"central\"} 6\n"));
}

TEST_CASE("metrics may be counted and rendered at the same time") {
  Metrics metrics;
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&metrics, i] {
      for (int n = 0; n < 1000; ++n) {
        metrics.store(i % 2 == 0 ? "a" : "b", [](StoreMetrics& values) { ++values.batches; });
        if (n % 100 == 0) CHECK_FALSE(metrics.render().empty());
      }
    });
  }
  for (auto& thread : threads) thread.join();
  CHECK_THAT(metrics.render(), Contains("edo_replicator_batches_total{store=\"a\"} 2000\n"
                                        "edo_replicator_batches_total{store=\"b\"} 2000\n"));
}
