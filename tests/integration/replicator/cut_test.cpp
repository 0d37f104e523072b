// The connection is cut at every step of the protocol, in both directions, through a proxy.
// EDO_FAULT_ROUNDS says how many cuts there are for each way and direction (20).
#include <catch2/catch.hpp>

#include "fault_fixture.hpp"
#include "fixture.hpp"
#include "support/proxy.hpp"

using namespace edo::testing;

namespace {

// A protocol's message is at least that long, so no step is passed over at either end.
constexpr std::uint64_t kStep = 5;

// `rounds` offsets from 1 to the last byte: half of them spread over all, the others close to the
// beginning and the end, where the steps are short.
std::vector<std::uint64_t> offsets(std::uint64_t size, unsigned rounds) {
  std::vector<std::uint64_t> found;
  const unsigned quarter = std::max(1U, rounds / 4);
  for (unsigned i = 0; i < quarter; ++i) {
    found.push_back(1 + i * kStep * 7);
    found.push_back(size - i * kStep);
  }
  for (unsigned i = 1; i <= 2 * quarter; ++i) found.push_back(size * i / (2 * quarter + 1));
  return found;
}

struct Bench {
  TemporaryDirectory directory;
  std::string url = migrated_database();
  Proxy proxy{url};
  SampleStore store{directory / "telemetry.db"};

  [[nodiscard]] std::vector<std::string> run(const std::string& to, const char* via) const {
    return {"run",    "--store",         store.path(), "--to",  to,
            "--once", "--batch-changes", "60",         "--via", via};
  }
};

// Cuts at every step what `arguments` do by way of the proxy, and requires that the same, done
// again, makes everything whole. `prepare` gives them something to do, `finish` does what is left.
template <typename Prepare, typename Finish>
void cut_everywhere(Bench& bench, const std::vector<std::string>& arguments, Prepare prepare,
                    Finish finish) {
  auto impatient = arguments;
  if (impatient.front() == "run") impatient.insert(impatient.end(), {"--retry-attempts", "0"});
  for (const auto direction : {Direction::up, Direction::down}) {
    prepare();
    bench.proxy.reset_counts();
    require_done(arguments);
    const std::uint64_t size = bench.proxy.bytes(direction);
    unsigned failed = 0;
    const auto cuts = offsets(size, fault_rounds(20));
    for (const auto offset : cuts) {
      CAPTURE(static_cast<int>(direction), offset, size);
      prepare();
      bench.proxy.fault_after(direction, offset, Proxy::Fault::down);
      const Result cut = run_replicator(impatient);
      CHECK_FALSE(cut.timed_out);
      if (cut.exit_code != 0) {
        ++failed;
        CHECK(bench.proxy.has_struck());
        CHECK_FALSE(only_line(cut).empty());
      }
      bench.proxy.heal();
      // Half of the time there is something new to do as well.
      if (offset % 2 == 0) prepare();
      require_done(arguments);
      finish();
      CHECK(bench.store.integer("SELECT count(*) FROM outbox") == 1);
      CHECK(rows_at(bench.url) == bench.store.rows());
    }
    // A cut after the last relevant answer does no harm.
    CHECK(failed > cuts.size() / 2);
    require_conserved({&bench.store}, bench.url);
  }
}

}  // namespace

TEST_CASE("a connection cut at any byte of a direct run loses and doubles nothing") {
  Bench bench;
  cut_everywhere(
      bench, bench.run(bench.proxy.url(), "direct"), [&] { bench.store.add_trees(25); }, [] {});
}

TEST_CASE("a connection cut at any byte of a run into the inbox loses and doubles nothing") {
  Bench bench;
  cut_everywhere(
      bench, bench.run(bench.proxy.url(), "inbox"), [&] { bench.store.add_trees(25); },
      [&] {
        require_done({"apply", "--once", "--to", bench.url});
      });
}

TEST_CASE("a connection cut at any byte of apply loses and doubles nothing") {
  Bench bench;
  cut_everywhere(
      bench, {"apply", "--once", "--to", bench.proxy.url(), "--workers", "1"},
      [&] {
        bench.store.add_trees(25);
        require_done(bench.run(bench.url, "inbox"));
      },
      [] {});
}

TEST_CASE("--once reconnects by itself") {
  Bench bench;
  const auto run = bench.run(bench.proxy.url(), "direct");
  bench.store.add_trees(100);
  bench.proxy.reset_counts();
  require_done(run);
  const auto size = bench.proxy.bytes(Direction::up);
  for (const auto offset : {size / 3, size / 2, size * 4 / 5}) {
    bench.store.add_trees(100);
    bench.proxy.fault_after(Direction::up, offset, Proxy::Fault::cut);
    require_done(run);
    CHECK(bench.proxy.has_struck());
  }
  require_conserved({&bench.store}, bench.url);
}

TEST_CASE("a slow link is slow and nothing else") {
  Bench bench;
  bench.proxy.throttle(400'000, std::chrono::milliseconds(5));
  for (const char* via : {"direct", "inbox"}) {
    bench.store.add_trees(50);
    require_done(bench.run(bench.proxy.url(), via));
    require_done({"apply", "--once", "--to", bench.proxy.url()});
    require_conserved({&bench.store}, bench.url);
  }
}
