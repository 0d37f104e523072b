#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <regex>
#include <set>
#include <string>

#include "examples/event_modules.hpp"
#include "examples/hasura_payload.hpp"
#include "examples/payload_files.hpp"
#include "examples/shop_payloads.hpp"
#include "support/files.hpp"

namespace edo::examples {
namespace {

bool matches(const Json& text, const char* pattern) {
  return text.is_string() && std::regex_match(text.get<std::string>(), std::regex(pattern));
}

constexpr const char* kUuid = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}";
constexpr const char* kTime = R"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z)";

// Hasura's documented format of an event-trigger payload.
void check_hasura_format(const Json& document) {
  CHECK(document.size() == 6);
  CHECK(matches(document.at("id"), kUuid));
  CHECK(matches(document.at("created_at"), kTime));
  CHECK(document.at("trigger").at("name").is_string());
  CHECK(document.at("table").at("schema") == "public");
  CHECK(document.at("table").at("name").is_string());
  CHECK(document.at("delivery_info").at("current_retry").is_number_integer());
  CHECK(document.at("delivery_info").at("max_retries").is_number_integer());

  const Json& event = document.at("event");
  const std::string op = event.at("op");
  CAPTURE(op);
  CHECK(std::set<std::string>{"INSERT", "UPDATE", "DELETE", "MANUAL"}.count(op) == 1);
  CHECK(event.at("data").size() == 2);
  CHECK(event.at("data").at("old").is_object() == (op == "UPDATE" || op == "DELETE"));
  CHECK(event.at("data").at("new").is_object() == (op != "DELETE"));
  for (const auto& [name, value] : event.at("session_variables").items()) {
    CHECK(matches(name, "x-hasura-[a-z-]+"));
    CHECK(value.is_string());
  }
  CHECK(event.at("session_variables").contains("x-hasura-role"));
  CHECK(matches(event.at("trace_context").at("trace_id"), "[0-9a-f]{32}"));
  CHECK(matches(event.at("trace_context").at("span_id"), "[0-9a-f]{16}"));
}

TEST_CASE("every payload file has Hasura's format") {
  std::set<std::string> operations;
  std::set<std::string> tables;
  std::set<std::string> ids;
  for (const PayloadFile& file : payload_files()) {
    CAPTURE(file.name);
    const Json document = Json::parse(file.text);
    check_hasura_format(document);
    operations.insert(document.at("event").at("op"));
    tables.insert(document.at("table").at("name"));
    ids.insert(document.at("id"));
  }
  CHECK(operations == std::set<std::string>{"DELETE", "INSERT", "MANUAL", "UPDATE"});
  CHECK(tables == std::set<std::string>{"orders", "payments", "users"});
  CHECK(ids.size() == payload_files().size());
}

TEST_CASE("the payloads compiled in are the files") {
  std::size_t count = 0;
  for (const auto& entry : std::filesystem::directory_iterator(EDO_PAYLOADS)) {
    CAPTURE(entry.path());
    const Json on_disk = Json::parse(testing::read_file(entry.path()));
    const std::string name = entry.path().stem();
    for (const PayloadFile& file : payload_files()) {
      if (file.name == name) CHECK(Json::parse(file.text) == on_disk);
    }
    ++count;
  }
  CHECK(count == payload_files().size());
}

TEST_CASE("variations of the payloads keep the format") {
  Random random(7);
  for (const PayloadFile& file : payload_files()) {
    for (int i = 0; i < 50; ++i) {
      CAPTURE(file.name, i);
      Json payload = make_payload(file.name, random);
      stamp(payload, kHour, 1'760'000'000 * kSecond, 1'760'000'000 * kSecond + 15 * kMillisecond);
      check_hasura_format(payload);
      CHECK(payload.at("created_at") == "2025-10-09T08:53:20.015000Z");
      const HasuraPayload facts = read_payload(payload);
      const bool mailed =
          payload.at("event").at("session_variables").contains("x-hasura-user-email");
      if (mailed) CHECK(matches(facts.user_email, R"([^@ ]+@example\.com)"));
    }
  }
}

TEST_CASE("each payload file shows the event that it is named after") {
  const std::map<std::string, std::string> expected = {
      {"order_created", "order.created"},
      {"order_paid", "order.paid"},
      {"order_shipped", "order.shipped"},
      {"order_cancelled", "order.cancelled"},
      {"order_deleted", "order.cancelled"},
      {"order_invoice_requested", "invoice.requested"},
      {"payment_requested", "payment.requested"},
      {"payment_captured", "payment.captured"},
      {"payment_failed", "payment.failed"},
      {"user_signed_up", "user.signed_up"},
      {"user_email_changed", "user.email_changed"},
      {"user_deleted", ""},
  };
  for (const PayloadFile& file : payload_files()) {
    const HasuraPayload payload = read_payload(std::string(file.text));
    std::string detected;
    for (const EventModule& module : event_modules()) {
      if (module.detect(payload)) detected += module.name;
    }
    CAPTURE(file.name);
    CHECK(detected == expected.at(std::string(file.name)));
  }
}

TEST_CASE("a payload that is none is refused") {
  CHECK_THROWS_AS(read_payload(std::string("{")), Json::exception);
  CHECK_THROWS_AS(read_payload(std::string("{}")), Json::exception);
  CHECK_THROWS_AS(read_payload(std::string("[1]")), Json::exception);
}

}  // namespace
}  // namespace edo::examples
