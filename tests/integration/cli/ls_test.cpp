#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <sstream>

#include "edo.hpp"
#include "sample_store.hpp"
#include "support/files.hpp"
#include "tables/model.hpp"

namespace edo::testing {
namespace {

using Catch::Matchers::Contains;
using Catch::Matchers::StartsWith;
using Json = nlohmann::ordered_json;

std::vector<std::string> column(const Json& rows, const char* name) {
  std::vector<std::string> values;
  for (const auto& row : rows) values.push_back(row.at(name));
  return values;
}

Json listed(const SampleStore& store, std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), "ls");
  arguments.insert(arguments.end(), {"--json", "--store", store.path});
  const Result result = edo(arguments);
  INFO(result.err);
  REQUIRE(result.exit_code == 0);
  return Json::parse(result.out);
}

TEST_CASE("ls --json writes exactly the columns of the tables, in their order") {
  const TemporaryDirectory directory;
  const SampleStore store(directory / "t.db");
  const std::pair<const char*, std::size_t> listings[] = {
      {"invocations", 4}, {"events", 6}, {"jobs", 3}, {"logs", 3}};
  std::size_t index = 0;
  for (const auto& [what, count] : listings) {
    CAPTURE(what);
    const Json rows = listed(store, {what});
    CHECK(rows.size() == count);
    std::vector<std::string> names;
    for (const auto& [name, value] : rows.at(0).items()) names.push_back(name);
    std::vector<std::string> expected;
    for (const auto& each : tables::tables()[index++].columns) expected.emplace_back(each.name);
    CHECK(names == expected);
  }
}

TEST_CASE("ls --json nests JSON and knows booleans and numbers") {
  const TemporaryDirectory directory;
  const SampleStore store(directory / "t.db");
  const Json orders = listed(store, {"invocations", "--function", "orders"}).at(0);
  CHECK(orders["source_event_payload"] == Json::parse(R"({"total":19.9,"id":9007199254740993})"));
  CHECK(orders["auto_load_modules"] == true);
  CHECK(orders["total_duration_ms"] == 1300);
  CHECK(orders["error_message"].is_null());
  const Json events = listed(store, {"events", "--status", "not_detected", "--limit", "1"});
  CHECK(events.at(0)["detected"] == false);
}

TEST_CASE("ls lists the newest first and filters") {
  const TemporaryDirectory directory;
  const SampleStore store(directory / "t.db");
  using Names = std::vector<std::string>;

  CHECK(column(listed(store, {}), "source_function") ==
        Names{"reports", "payments", "mailer", "orders"});
  CHECK(column(listed(store, {"invocations", "--limit", "2"}), "source_function") ==
        Names{"reports", "payments"});
  CHECK(listed(store, {"invocations", "--limit", "0"}).size() == 4);
  CHECK(column(listed(store, {"jobs"}), "job_name") ==
        Names{"render", "charge_card", "send_receipt"});
  CHECK(column(listed(store, {"logs", "--function", "orders"}), "message") ==
        Names{"gateway answered 402", "first line\nsecond line \x1b[2J",
              "sending to ada@example.com"});

  for (const auto& [status, function] : {std::pair{"failed", "orders"},
                                         {"timeout", "payments"},
                                         {"completed", "mailer"},
                                         {"running", "reports"}}) {
    CAPTURE(status);
    CHECK(column(listed(store, {"invocations", "--status", status}), "source_function") ==
          Names{function});
  }
  CHECK(listed(store, {"invocations", "--status", "crashed"}).empty());
  CHECK(column(listed(store, {"events", "--status", "handling"}), "event_name") ==
        Names{"report.requested"});
  CHECK(column(listed(store, {"events", "--status", "detection_failed"}), "event_name") ==
        Names{"order.audit"});
  CHECK(column(listed(store, {"jobs", "--status", "running"}), "job_name") == Names{"render"});
  CHECK(column(listed(store, {"logs", "--status", "error"}), "message") ==
        Names{"gateway answered 402"});
  CHECK(listed(store, {"events", "--function", "mailer"}).empty());

  CHECK(listed(store, {"invocations", "--since", "1h"}).size() == 4);
  CHECK(listed(store, {"invocations", "--since", "1ms"}).empty());
  CHECK(listed(store, {"jobs", "--since", "2020-01-01"}).size() == 3);
  CHECK(listed(store, {"jobs", "--since", "2120-01-01T00:00:00+02:00"}).empty());
}

TEST_CASE("the table says what happened, in one line for each row") {
  const TemporaryDirectory directory;
  const SampleStore store(directory / "t.db");
  const Result result = edo({"ls", "--store", store.path});
  REQUIRE(result.exit_code == 0);
  CHECK_THAT(result.out, StartsWith("ID "));
  CHECK(std::count(result.out.begin(), result.out.end(), '\n') == 5);
  CHECK_THAT(result.out, Contains("public.orders UPDATE"));
  CHECK_THAT(result.out, Contains("1.30 s"));
  CHECK_THAT(result.out, Contains(" 1/2 ok  charge_card: card declined"));
  CHECK_THAT(result.out, Contains("1m 01s"));
  CHECK_THAT(result.out, Contains("s ago"));
  CHECK_THAT(result.out, !Contains("\x1b"));

  const Result logs = edo({"ls", "logs", "--store", store.path});
  CHECK_THAT(logs.out, Contains("first line"));
  CHECK_THAT(logs.out, !Contains("second line"));
}

TEST_CASE("every id in the table is enough for edo show") {
  const TemporaryDirectory directory;
  const SampleStore store(directory / "t.db");
  for (const char* what : {"invocations", "events", "jobs", "logs"}) {
    const Result table = edo({"ls", what, "--store", store.path});
    const Json rows = listed(store, {what});
    std::size_t line = table.out.find('\n') + 1;
    for (const auto& row : rows) {
      const std::string id = table.out.substr(line, table.out.find(' ', line) - line);
      CAPTURE(what, id);
      CHECK(id.size() >= 8);
      CHECK(row["id"].get<std::string>().starts_with(id));
      const Result shown = edo({"show", id, "--json", "--store", store.path});
      REQUIRE(shown.exit_code == 0);
      const std::string owner = row[what == std::string("invocations") ? "id" : "invocation_id"];
      CHECK(Json::parse(shown.out)["invocation"]["id"] == owner);
      line = table.out.find('\n', line) + 1;
    }
  }
}

TEST_CASE("a store without rows says so") {
  const TemporaryDirectory directory;
  REQUIRE(edo({"init", "--store", directory / "t.db"}).exit_code == 0);
  CHECK(edo({"ls", "jobs", "--store", directory / "t.db"}).out == "No jobs yet.\n");
  CHECK(edo({"ls", "--since", "1h", "--store", directory / "t.db"}).out ==
        "No invocations match.\n");
  CHECK(edo({"ls", "--json", "--store", directory / "t.db"}).out == "[\n]\n");
}

TEST_CASE("ls refuses unknown words and lists the known ones") {
  const TemporaryDirectory directory;
  REQUIRE(edo({"init", "--store", directory / "t.db"}).exit_code == 0);
  const std::pair<std::vector<std::string>, const char*> wrong[] = {
      {{"ls", "things"}, "invocations, events, jobs or logs"},
      {{"ls", "jobs", "--status", "timeout"}, "running, completed, failed, crashed"},
      {{"ls", "logs", "--status", "failed"}, "debug, info, warn, error"},
      {{"ls", "--since", "yesterday"}, "--since: 'yesterday' is neither a duration"},
      {{"ls", "--limit", "-1"}, "--limit"},
      {{"ls", "--limit", "many"}, "--limit"},
      {{"ls", "--nonsense"}, "--nonsense"},
  };
  for (const auto& [arguments, message] : wrong) {
    const Result result = edo(arguments, {{"EDO_STORE", directory / "t.db"}});
    INFO(result.err);
    CHECK(failed_clearly(result, 2));
    CHECK_THAT(result.err, StartsWith("edo ls: ") && Contains(message));
  }
}

TEST_CASE("colours are for terminals, unless NO_COLOR is set") {
  const TemporaryDirectory directory;
  const SampleStore store(directory / "t.db");
  CHECK_THAT(edo_on_terminal({"ls", "--store", store.path}).out, Contains("\x1b[31mfailed\x1b[0m"));
  CHECK_THAT(edo_on_terminal({"ls", "--store", store.path}, {{"NO_COLOR", "1"}}).out,
             !Contains("\x1b"));
  CHECK_THAT(edo_on_terminal({"ls", "--store", store.path}, {{"TERM", "dumb"}}).out,
             !Contains("\x1b"));
  // What was logged never reaches the terminal as a command to it.
  CHECK_THAT(edo_on_terminal({"show", store.orders, "--store", store.path}).out,
             Contains("second line \\x1b[2J") && !Contains("\x1b[2J"));
}

TEST_CASE("on a terminal every row fits into a line") {
  const TemporaryDirectory directory;
  const SampleStore store(directory / "t.db");
  const std::string tight = "stty cols 90 <&1; exec \"$0\" \"$@\"";
  for (const char* what : {"invocations", "events", "jobs", "logs"}) {
    CAPTURE(what);
    const Result result =
        run({.argv = {"sh", "-c", tight, edo_path(), "ls", what, "--store", store.path},
             .environment = plain_environment({{"NO_COLOR", "1"}}),
             .on_terminal = true});
    INFO(result.err);
    std::istringstream lines(result.out);
    for (std::string line; std::getline(lines, line);) {
      CAPTURE(line);
      const auto continuation = [](char c) {
        return (static_cast<unsigned char>(c) & 0xc0) == 0x80;
      };
      CHECK(static_cast<std::ptrdiff_t>(line.size()) -
                std::count_if(line.begin(), line.end(), continuation) <=
            90);
    }
  }
}

}  // namespace
}  // namespace edo::testing
