#include <SQLiteCpp/SQLiteCpp.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "edo.hpp"
#include "sample_store.hpp"
#include "support/files.hpp"
#include "support/small_disk.hpp"

namespace edo::testing {
namespace {

using Catch::Matchers::Contains;
using Catch::Matchers::StartsWith;
using Json = nlohmann::ordered_json;
namespace fs = std::filesystem;

std::string shown(const SampleStore& store, const std::string& id, Environment more = {}) {
  const Result result = edo({"show", id, "--store", store.path}, std::move(more));
  INFO(result.err);
  REQUIRE(result.exit_code == 0);
  return result.out;
}

Json tree(const SampleStore& store, const std::string& id) {
  const Result result = edo({"show", id, "--json", "--store", store.path});
  INFO(result.err);
  REQUIRE(result.exit_code == 0);
  return Json::parse(result.out);
}

TEST_CASE("show draws the whole tree of an invocation") {
  const TemporaryDirectory directory;
  const SampleStore store(directory / "t.db");
  const std::string drawing = shown(store, store.orders);

  CHECK_THAT(drawing, StartsWith("✗ orders  failed in 1.30 s\n"));
  for (const auto& part : {
           "  id            " + store.orders + "\n",
           std::string("  table         public.orders UPDATE\n"),
           std::string("  user          ada@example.com (admin)\n"),
           std::string("  jobs          2 jobs (1 ok, 1 failed)\n"),
           std::string(
               "├─ ✗ order.created  failed in 1.25 s, detection 2 ms, 2 jobs (1 ok, 1 failed)\n"
               "│  ├─ ✓ send_receipt  completed in 1.23 s\n"
               "│  │  │  result {\"sent\":true}\n"
               "│  │  ├─   +15 ms info  sending to ada@example.com  {\"order\":17}  "
               "receipt.js:12\n"
               "│  │  └─   +15 ms debug first line\n"
               "│  │                    second line \\x1b[2J\n"
               "│  └─ ✗ charge_card  failed in 7 ms\n"
               "│     │  error: card declined\n"
               "│     │      at charge (charge.js:10:5)\n"
               "│     └─   +15 ms error gateway answered 402\n"
               "├─ ✗ order.audit  detection_failed, detection 3 ms\n"
               "│     detection error: no such column: totl\n"
               "├─ · 3 event modules did not detect: order.cancelled, order.deleted, "
               "order.shipped\n"
               "└─ its jobs triggered 1 invocation\n"
               "   └─ ✓ mailer  completed in 40 ms: edo show " +
               store.mailer.substr(0, 8)),
       }) {
    CHECK_THAT(drawing, Contains(part));
  }
}

TEST_CASE("a locale without UTF-8 gets plain ASCII around the same facts") {
  const TemporaryDirectory directory;
  const SampleStore store(directory / "t.db");
  const std::string drawing = shown(store, store.orders, {{"LC_ALL", "C"}});
  CHECK_THAT(drawing, StartsWith("x orders  failed"));
  CHECK_THAT(drawing, Contains("|- x order.created") && Contains("|  `- x charge_card"));
  CHECK(std::all_of(drawing.begin(), drawing.end(),
                    [](char c) { return static_cast<unsigned char>(c) < 0x80; }));
}

TEST_CASE("a UTF-8 locale that is not installed still means UTF-8") {
  const TemporaryDirectory directory;
  const SampleStore store(directory / "t.db");
  CHECK_THAT(shown(store, store.orders, {{"LC_ALL", "xx_YY.UTF-8"}}), Contains("├─ "));
}

TEST_CASE("show leads along a chain in both directions") {
  const TemporaryDirectory directory;
  const SampleStore store(directory / "t.db");
  const std::string drawing = shown(store, store.mailer);
  const std::string lead = "triggered by  job send_receipt of orders: edo show ";
  CHECK_THAT(drawing, Contains(lead));
  const std::size_t begin = drawing.find(lead) + lead.size();
  const std::string parent = drawing.substr(begin, drawing.find('\n', begin) - begin);
  CHECK_THAT(shown(store, parent), Contains(store.orders));
}

TEST_CASE("show marks running and timed-out rows") {
  const TemporaryDirectory directory;
  const SampleStore store(directory / "t.db");
  const std::string drawing = shown(store, store.reports);
  CHECK_THAT(drawing, StartsWith("● reports  running for "));
  CHECK_THAT(drawing, Contains("● report.requested  handling for "));
  CHECK_THAT(drawing, Contains("● render  running for "));
  CHECK_THAT(drawing, !Contains("process is gone"));
  CHECK_THAT(shown(store, store.payments), StartsWith("✗ payments  timeout in 1m 01s\n"));
}

TEST_CASE("a row of a dead process is first shown as running, then as crashed") {
  const TemporaryDirectory directory;
  const std::string path = directory / "t.db";
  const std::string id = record_and_die(path, "nightly");
  const Result before = edo({"show", id, "--store", path});
  REQUIRE(before.exit_code == 0);
  CHECK_THAT(before.out, StartsWith("● nightly  running for ") && Contains("its process is gone"));

  const SampleStore next(path);  // the next recorder marks it
  const std::string after = shown(next, id);
  CHECK_THAT(after, StartsWith("‼ nightly  crashed"));
  CHECK_THAT(after, Contains("  error         "));
  const Result crashed = edo({"ls", "--status", "crashed", "--json", "--store", path});
  CHECK(Json::parse(crashed.out).at(0)["id"] == id);
}

TEST_CASE("show --json holds the whole tree") {
  const TemporaryDirectory directory;
  const SampleStore store(directory / "t.db");
  const Json orders = tree(store, store.orders);
  CHECK(orders.size() == 3);
  CHECK(orders["invocation"]["status"] == "failed");
  CHECK(orders["invocation"]["source_event_payload"]["total"] == 19.9);
  REQUIRE(orders["events"].size() == 5);
  CHECK(orders["events"][0]["event_name"] == "order.cancelled");
  CHECK(orders["events"][0]["jobs"].empty());
  const Json& created = orders["events"][3];
  CHECK(created["id"] == store.order_created);
  REQUIRE(created["jobs"].size() == 2);
  CHECK(created["jobs"][0]["id"] == store.send_receipt);
  CHECK(created["jobs"][0]["result"]["sent"] == true);
  REQUIRE(created["jobs"][0]["logs"].size() == 2);
  CHECK(created["jobs"][0]["logs"][0]["data"]["order"] == 17);
  CHECK(created["jobs"][0]["logs"][1]["sequence"] == 2);
  CHECK(created["jobs"][1]["error_stack"] ==
        "Error: card declined\n    at charge (charge.js:10:5)");
  REQUIRE(orders["triggered_invocations"].size() == 1);
  CHECK(orders["triggered_invocations"][0]["id"] == store.mailer);
  CHECK(tree(store, store.mailer)["triggered_invocations"].empty());
}

TEST_CASE("the id of an event, a job or a log means its invocation, in either case of letters") {
  const TemporaryDirectory directory;
  const SampleStore store(directory / "t.db");
  std::string upper = store.send_receipt;
  std::transform(upper.begin(), upper.end(), upper.begin(),
                 [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  const std::string log = tree(store, store.orders)["events"][3]["jobs"][0]["logs"][0]["id"];
  for (const auto& id : {store.order_created, store.send_receipt, upper, log}) {
    CAPTURE(id);
    CHECK(tree(store, id)["invocation"]["id"] == store.orders);
  }
}

TEST_CASE("a beginning that several invocations share is refused with up to five of them") {
  const TemporaryDirectory directory;
  const SampleStore store(directory / "t.db");
  const std::string prefix = store.orders.substr(0, 2);
  Result result = edo({"show", prefix, "--store", store.path});
  CHECK(failed_clearly(result));
  for (const auto& id : {store.orders, store.mailer, store.payments, store.reports}) {
    CHECK_THAT(result.err, Contains(id));
  }
  CHECK_THAT(result.err, !Contains("…"));
  (void)record_and_die(store.path, "a");
  (void)record_and_die(store.path, "b");
  result = edo({"show", prefix, "--store", store.path});
  CHECK(failed_clearly(result));
  CHECK(std::count(result.err.begin(), result.err.end(), ',') == 5);
  CHECK_THAT(result.err, Contains(", …"));
}

TEST_CASE("an id that is not in the store is refused") {
  const TemporaryDirectory directory;
  const SampleStore store(directory / "t.db");
  for (const char* id : {"ffffffff", "zz", "%", "' OR 1=1"}) {
    CAPTURE(id);
    const Result result = edo({"show", id, "--store", store.path});
    CHECK(failed_clearly(result));
    CHECK_THAT(result.err, StartsWith("edo show: ") && Contains(id));
  }
  CHECK(failed_clearly(edo({"show", "--store", store.path}), 2));
}

TEST_CASE("a bundle has an invocation with all that led to it and that it led to") {
  const TemporaryDirectory directory;
  const SampleStore store(directory / "t.db");
  const std::string bundle = directory / "failure.db";
  const Result written =
      edo({"show", store.mailer, "--bundle", bundle, "--json", "--store", store.path});
  INFO(written.err);
  REQUIRE(written.exit_code == 0);
  const Json answer = Json::parse(written.out);
  CHECK(answer["bundle"] == bundle);
  CHECK(answer["bytes"] == fs::file_size(bundle));
  CHECK(answer["invocations"] == 2);
  CHECK(fs::status(bundle).permissions() == (fs::perms::owner_read | fs::perms::owner_write));
  CHECK_FALSE(fs::exists(bundle + "-wal"));

  for (const auto& id : {store.orders, store.mailer}) {
    const Result whole = edo({"show", id, "--json", "--store", store.path});
    const Result copy = edo({"show", id, "--json", "--store", bundle});
    CHECK(whole.exit_code == 0);
    CHECK(copy.out == whole.out);
  }
  CHECK(edo({"show", store.payments, "--store", bundle}).exit_code == 1);
  // Its rows are another store's to ship.
  const Json outbox =
      Json::parse(edo({"sql", "SELECT entity FROM outbox", "--json", "--store", bundle}).out);
  CHECK(outbox == Json::parse(R"([{"entity":"watermark"}])"));
  CHECK(edo({"doctor", "--store", bundle}).exit_code == 0);
}

TEST_CASE("a bundle that has no room, or no invocation, is not begun or left behind") {
  const TemporaryDirectory directory;
  const SampleStore store(directory / "t.db");
  const SmallDisk disk("64k");
  const Result full = edo({"show", store.orders, "--bundle", disk / "b.db", "--store", store.path});
  CHECK(failed_clearly(full, 1));
  CHECK_THAT(full.err, Contains(disk / "b.db") && Contains("free"));
  CHECK(fs::is_empty(fs::path(disk / "b.db").parent_path()));

  const std::string lost = directory / "lost.db";
  fs::copy_file(store.path, lost);
  fs::copy_file(store.path + "-wal", lost + "-wal");
  SQLite::Database(lost, SQLite::OPEN_READWRITE)
      .exec("DELETE FROM invocations WHERE id = '" + store.orders + "'");
  const std::string bundle = directory / "none.db";
  const Result none = edo({"show", store.order_created, "--bundle", bundle, "--store", lost});
  CHECK(failed_clearly(none, 1));
  CHECK_THAT(none.err, Contains("but not the invocation itself"));
  CHECK_FALSE(fs::exists(bundle));
}

TEST_CASE("a bundle of a running invocation is made while it runs, and replaces no file") {
  const TemporaryDirectory directory;
  const SampleStore store(directory / "t.db");
  const std::string bundle = directory / "running.db";
  const Result written = edo({"show", store.reports, "--bundle", bundle, "--store", store.path});
  CHECK(written.exit_code == 0);
  CHECK_THAT(written.out, StartsWith("Wrote " + bundle) && Contains("1 invocation with 3 rows"));
  CHECK_THAT(edo({"show", store.reports, "--store", bundle}).out, Contains("reports"));

  const std::string before = read_file(bundle);
  const Result again = edo({"show", store.reports, "--bundle", bundle, "--store", store.path});
  CHECK(failed_clearly(again, 1));
  CHECK_THAT(again.err, Contains("exists"));
  CHECK(read_file(bundle) == before);
}

}  // namespace
}  // namespace edo::testing
