#include "edo/option_sources.hpp"

#include <catch2/catch.hpp>
#include <cstdlib>
#include <functional>
#include <vector>

namespace edo {
namespace {

using std::chrono::milliseconds;

std::string refusal(const std::function<void()>& call) {
  try {
    call();
  } catch (const Error& failure) {
    CHECK(failure.kind() == ErrorKind::invalid_argument);
    return failure.what();
  }
  FAIL("nothing was refused");
  return {};
}

std::string json_refusal(const std::string& json) {
  return refusal([&] { (void)options_from_json(json); });
}

std::string environment_refusal(const Environment& environment) {
  return refusal([&] { (void)options_from_environment(environment); });
}

std::string ssl_mode(const std::string& ssl) {
  return options_from_json(R"({"database":{"ssl":)" + ssl + "}}").central_database.ssl_mode;
}

TEST_CASE("every option can be given as JSON") {
  const Options options = options_from_json(R"({
    "enabled": false, "store": "/var/lib/t.db", "hostLabel": "edge-7", "durability": "power",
    "captureConsoleLog": false, "captureJobOptions": false, "captureHasuraPayload": false,
    "captureErrorStacks": false, "redact": ["password", "/user/card"], "maxJsonSize": 65536,
    "busyTimeout": 100, "commitWithin": 50, "maxQueueBytes": 1000, "maxStoreBytes": 9000000000, "whenFull": "refuse",
    "maxWalBytes": 1048576,
    "database": {"connectionString": "postgresql://u:secret@h/d", "host": "h", "port": 5433,
                 "database": "d", "user": "u", "password": "secret", "ssl": true},
    "schema": "telemetry", "replicate": "onEnd", "replicateVia": "inbox", "batchSize": 100, "flushInterval": 2000,
    "retryAttempts": 3, "retryDelay": 500})");
  CHECK_FALSE(options.enabled);
  CHECK(options.store == "/var/lib/t.db");
  CHECK(options.host_label == "edge-7");
  CHECK(options.durability == Durability::power);
  CHECK_FALSE(options.capture_console_log);
  CHECK_FALSE(options.capture_job_options);
  CHECK_FALSE(options.capture_hasura_payload);
  CHECK_FALSE(options.capture_error_stacks);
  CHECK(options.redact == std::vector<std::string>{"password", "/user/card"});
  CHECK(options.max_json_size == 65536);
  CHECK(options.busy_timeout == milliseconds(100));
  CHECK(options.commit_within == milliseconds(50));
  CHECK(options.max_queue_bytes == 1000);
  CHECK(options.max_store_bytes == 9'000'000'000);
  CHECK(options.when_full == WhenFull::refuse);
  CHECK(options.max_wal_bytes == 1048576);
  CHECK(options.central_database.connection_string == "postgresql://u:secret@h/d");
  CHECK(options.central_database.host == "h");
  CHECK(options.central_database.port == 5433);
  CHECK(options.central_database.database == "d");
  CHECK(options.central_database.user == "u");
  CHECK(options.central_database.password == "secret");
  CHECK(options.central_database.ssl_mode == "require");
  CHECK(options.central_database.schema == "telemetry");
  CHECK(options.central_database.replicate == Replicate::on_end);
  CHECK(options.central_database.transport == Transport::inbox);
  CHECK(options.central_database.batch_size == 100);
  CHECK(options.central_database.flush_interval == milliseconds(2000));
  CHECK(options.central_database.retry_attempts == 3);
  CHECK(options.central_database.retry_delay == milliseconds(500));
}

TEST_CASE("every option can be given in the environment") {
  const Options options = options_from_environment({
      {"OBSERVABILITY_ENABLED", "false"},
      {"OBSERVABILITY_STORE", "/var/lib/t.db"},
      {"OBSERVABILITY_HOST_LABEL", "edge-7"},
      {"OBSERVABILITY_DURABILITY", "power"},
      {"OBSERVABILITY_CAPTURE_CONSOLE_LOG", "0"},
      {"OBSERVABILITY_CAPTURE_JOB_OPTIONS", "no"},
      {"OBSERVABILITY_CAPTURE_HASURA_PAYLOAD", "off"},
      {"OBSERVABILITY_CAPTURE_ERROR_STACKS", "FALSE"},
      {"OBSERVABILITY_REDACT", "password, /user/card ,,token"},
      {"OBSERVABILITY_MAX_JSON_SIZE", "65536"},
      {"OBSERVABILITY_BUSY_TIMEOUT", "100"},
      {"OBSERVABILITY_COMMIT_WITHIN", "50"},
      {"OBSERVABILITY_MAX_QUEUE_BYTES", "1000"},
      {"OBSERVABILITY_MAX_STORE_BYTES", "9000000000"},
      {"OBSERVABILITY_WHEN_FULL", "refuse"},
      {"OBSERVABILITY_MAX_WAL_BYTES", "1048576"},
      {"OBSERVABILITY_DB_URL", "postgresql://u:secret@h/d"},
      {"OBSERVABILITY_DATABASE_HOST", "h"},
      {"OBSERVABILITY_DATABASE_PORT", "5433"},
      {"OBSERVABILITY_DATABASE_DATABASE", "d"},
      {"OBSERVABILITY_DATABASE_USER", "u"},
      {"OBSERVABILITY_DATABASE_PASSWORD", "1234"},
      {"OBSERVABILITY_DATABASE_SSL", "verify-full"},
      {"OBSERVABILITY_SCHEMA", "telemetry"},
      {"OBSERVABILITY_REPLICATE", "background"},
      {"OBSERVABILITY_BATCH_SIZE", "100"},
      {"OBSERVABILITY_FLUSH_INTERVAL", "5s"},
      {"OBSERVABILITY_RETRY_ATTEMPTS", "-1"},
      {"OBSERVABILITY_RETRY_DELAY", "1m30s"},
  });
  CHECK_FALSE(options.enabled);
  CHECK(options.store == "/var/lib/t.db");
  CHECK(options.host_label == "edge-7");
  CHECK(options.durability == Durability::power);
  CHECK_FALSE(options.capture_console_log);
  CHECK_FALSE(options.capture_job_options);
  CHECK_FALSE(options.capture_hasura_payload);
  CHECK_FALSE(options.capture_error_stacks);
  CHECK(options.redact == std::vector<std::string>{"password", "/user/card", "token"});
  CHECK(options.max_json_size == 65536);
  CHECK(options.busy_timeout == milliseconds(100));
  CHECK(options.commit_within == milliseconds(50));
  CHECK(options.max_queue_bytes == 1000);
  CHECK(options.max_store_bytes == 9'000'000'000);
  CHECK(options.when_full == WhenFull::refuse);
  CHECK(options.max_wal_bytes == 1048576);
  CHECK(options.central_database.connection_string == "postgresql://u:secret@h/d");
  CHECK(options.central_database.host == "h");
  CHECK(options.central_database.port == 5433);
  CHECK(options.central_database.database == "d");
  CHECK(options.central_database.user == "u");
  CHECK(options.central_database.password == "1234");
  CHECK(options.central_database.ssl_mode == "verify-full");
  CHECK(options.central_database.schema == "telemetry");
  CHECK(options.central_database.replicate == Replicate::background);
  CHECK(options.central_database.batch_size == 100);
  CHECK(options.central_database.flush_interval == milliseconds(5000));
  CHECK(options.central_database.retry_attempts == -1);
  CHECK(options.central_database.retry_delay == milliseconds(90'000));
}

TEST_CASE("a later source wins, and leaves alone what it does not mention") {
  Options options;
  apply_environment(options, {{"OBSERVABILITY_STORE", "environment.db"},
                              {"OBSERVABILITY_BATCH_SIZE", "7"},
                              {"OBSERVABILITY_DATABASE_HOST", "h"}});
  apply_json(options, R"({"store": "explicit.db", "database": {"user": "u"}})");
  CHECK(options.store == "explicit.db");
  CHECK(options.central_database.batch_size == 7);
  CHECK(options.central_database.host == "h");
  CHECK(options.central_database.user == "u");
  CHECK(options.central_database.port == CentralDatabase{}.port);
  CHECK(options.max_json_size == Options{}.max_json_size);
}

TEST_CASE("null, an empty object and an empty variable change nothing") {
  Options options;
  options.store = "kept.db";
  options.central_database.host = "kept";
  apply_json(options, "{}");
  apply_json(options, R"({"store": null, "database": null})");
  apply_json(options, R"({"database": {"host": null}})");
  apply_environment(options, {{"OBSERVABILITY_STORE", ""}, {"EDO_STORE", ""}});
  CHECK(options.store == "kept.db");
  CHECK(options.central_database.host == "kept");
}

TEST_CASE("EDO_STORE names the store where OBSERVABILITY_STORE does not") {
  CHECK(options_from_environment({{"EDO_STORE", "a.db"}}).store == "a.db");
  CHECK(options_from_environment({{"EDO_STORE", "a.db"}, {"OBSERVABILITY_STORE", "b.db"}}).store ==
        "b.db");
  CHECK(options_from_environment({{"EDO_STORE", "a.db"}, {"OBSERVABILITY_STORE", ""}}).store ==
        "a.db");
}

TEST_CASE("all forms of ssl become a mode of libpq") {
  CHECK(ssl_mode("true") == "require");
  CHECK(ssl_mode("{}") == "require");
  CHECK(ssl_mode(R"({"rejectUnauthorized": true})") == "verify-full");
  CHECK(ssl_mode(R"({"rejectUnauthorized": false})") == "require");
  CHECK(ssl_mode("false") == "disable");
  CHECK(ssl_mode(R"("verify-ca")") == "verify-ca");
  CHECK(ssl_mode("null").empty());
  CHECK(options_from_environment({{"OBSERVABILITY_DATABASE_SSL", "true"}})
            .central_database.ssl_mode == "require");
  CHECK_THAT(json_refusal(R"({"database":{"ssl":"on"}})"),
             Catch::StartsWith("database.ssl: \"on\" is neither"));
  CHECK_THAT(json_refusal(R"({"database":{"ssl":1}})"), Catch::StartsWith("database.ssl: 1 is"));
  CHECK_THAT(json_refusal(R"({"database":{"ssl":{"rejectUnauthorized":"no"}}})"),
             Catch::StartsWith("database.ssl: rejectUnauthorized must be"));
  const std::string key = json_refusal(R"({"database":{"ssl":{"key":"-----BEGIN PRIVATE"}}})");
  CHECK_THAT(key, Catch::StartsWith("database.ssl: \"key\" is not supported"));
  CHECK_THAT(key, !Catch::Contains("BEGIN"));
}

TEST_CASE("a wrong value in JSON is refused with the option's name") {
  const auto [json, name] = GENERATE(table<std::string, std::string>({
      {R"({"enabled": "true"})", "enabled: must be true or false, not \"true\""},
      {R"({"enabled": 1})", "enabled: "},
      {R"({"store": ""})", "store: must not be empty"},
      {R"({"store": 5})", "store: must be text, not number"},
      {R"({"store": "a\u0000b"})", "store: must not contain a NUL"},
      {R"({"durability": "Power"})", "durability: \"Power\" is not one of process, power"},
      {R"({"durability": {}})", "durability: an object is not one of"},
      {R"({"whenFull": "keep_newest"})", "whenFull: "},
      {R"({"replicate": true})", "replicate: true is not one of off, onEnd, background"},
      {R"({"redact": "password"})", "redact: must be a list of texts, not string"},
      {R"({"redact": [1]})", "redact: must be a list of texts, but holds number"},
      {R"({"redact": [""]})", "redact: a rule is empty"},
      {R"({"redact": ["/a~2"]})", "redact: \"/a~2\" is not a JSON pointer"},
      {R"({"maxJsonSize": 0})", "maxJsonSize: 0 is out of range; it must be from 1 to"},
      {R"({"maxJsonSize": -1})", "maxJsonSize: -1 is out of range"},
      {R"({"maxJsonSize": 1e30})", "maxJsonSize: 1e+30 is out of range"},
      {R"({"maxJsonSize": 18446744073709551615})", "maxJsonSize: 18446744073709551615 is out"},
      {R"({"maxJsonSize": 10.5})", "maxJsonSize: must be a whole number, not 10.5"},
      {R"({"maxJsonSize": "10"})", "maxJsonSize: must be a whole number, not \"10\""},
      {R"({"maxStoreBytes": 1000})",
       "maxStoreBytes: 1000 is out of range; it must be 0 (no bound) or from 1048576"},
      {R"({"flushInterval": "5s"})", "flushInterval: must be a whole number of milliseconds"},
      {R"({"retryAttempts": -2})", "retryAttempts: -2 is out of range; it must be from -1 to"},
      {R"({"database": {"port": 65536}})", "database.port: 65536 is out of range"},
      {R"({"database": {"port": "5432"}})", "database.port: "},
      {R"({"database": "postgresql://h"})", "database: must be an object, not string"},
      {R"({"schema": "01234567890123456789012345678901234567890123456789012345678901234"})",
       "schema: must be at most 63 bytes long"},
      {"[]", "options: must be a JSON object, not array"},
      {"{", "options: not valid JSON"},
      {"", "options: not valid JSON"},
  }));
  CAPTURE(json);
  CHECK_THAT(json_refusal(json), Catch::StartsWith(name));
}

TEST_CASE("whole numbers may be written as JavaScript may write them") {
  CHECK(
      options_from_json(R"({"batchSize": 5e3, "retryDelay": 10.0})").central_database.batch_size ==
      5000);
}

TEST_CASE("an unknown name is refused, with the nearest one where there is one") {
  CHECK_THAT(json_refusal(R"({"maxJsonsize": 1})"),
             Catch::Equals("maxJsonsize: unknown option; did you mean maxJsonSize?"));
  CHECK_THAT(json_refusal(R"({"flushIntervall": 1})"), Catch::Contains("flushInterval?"));
  CHECK_THAT(json_refusal(R"({"host": "h"})"), Catch::Contains("did you mean database.host?"));
  CHECK_THAT(json_refusal(R"({"database": {"pasword": "secret"}})"),
             Catch::Equals("database.pasword: unknown option; did you mean "
                           "database.password?"));
  CHECK_THAT(json_refusal(R"({"database": {"schema": "s"}})"), Catch::Contains("mean schema?"));
  CHECK_THAT(json_refusal(R"({"wombat": 1})"), Catch::Equals("wombat: unknown option"));
  // A dot in a key is no way into a group.
  CHECK_THAT(json_refusal(R"({"database.host": "h"})"), Catch::StartsWith("database.host: "));
  const std::string rude = json_refusal("{\"a\\nb" + std::string(10'000, 'x') + "\": 1}");
  CHECK(rude.find('\n') == std::string::npos);
  CHECK(rude.size() < 300);
}

TEST_CASE("a wrong variable is refused with its own name") {
  CHECK_THAT(environment_refusal({{"OBSERVABILITY_ENABLED", "maybe"}}),
             Catch::StartsWith("OBSERVABILITY_ENABLED: must be true or false, not \"maybe\""));
  CHECK_THAT(environment_refusal({{"OBSERVABILITY_MAX_JSON_SIZE", "1MB"}}),
             Catch::StartsWith("OBSERVABILITY_MAX_JSON_SIZE: must be a whole number"));
  CHECK_THAT(environment_refusal({{"OBSERVABILITY_MAX_JSON_SIZE", "0"}}),
             Catch::StartsWith("OBSERVABILITY_MAX_JSON_SIZE: 0 is out of range"));
  CHECK_THAT(environment_refusal({{"OBSERVABILITY_FLUSH_INTERVAL", "soon"}}),
             Catch::StartsWith("OBSERVABILITY_FLUSH_INTERVAL: "));
  CHECK_THAT(environment_refusal({{"OBSERVABILITY_FLUSH_INTERVAL", "400d"}}),
             Catch::StartsWith("OBSERVABILITY_FLUSH_INTERVAL: 34560000000 is out of range"));
  CHECK_THAT(environment_refusal({{"OBSERVABILITY_REDACT", "/~"}}),
             Catch::StartsWith("OBSERVABILITY_REDACT: "));
  CHECK_THAT(environment_refusal({{"EDO_STORE", std::string(5000, 'x')}}),
             Catch::StartsWith("EDO_STORE: must be at most"));
  CHECK_THAT(environment_refusal({{"OBSERVABILITY_HOST_LABEL", "caf\xE9"}}),
             Catch::Equals("OBSERVABILITY_HOST_LABEL: must be UTF-8"));
  const Environment path = {{"OBSERVABILITY_STORE", "caf\xE9.db"}};  // which may be any bytes
  CHECK(options_from_environment(path).store == "caf\xE9.db");
  CHECK_THAT(environment_refusal({{"OBSERVABILITY_MAX_JSN_SIZE", "1"}}),
             Catch::Equals("OBSERVABILITY_MAX_JSN_SIZE: unknown option; did you mean "
                           "OBSERVABILITY_MAX_JSON_SIZE?"));
}

TEST_CASE("variables of others are left alone, even under our prefix") {
  const Options options = options_from_environment({{"OBSERVABILITY_SERVICE_HOST", "10.0.0.1"},
                                                    {"OBSERVABILITY_PORT", "tcp://10.0.0.1:80"},
                                                    {"OBSERVABILITY_PORT_80_TCP", "x"},
                                                    {"PATH", "/bin"}});
  CHECK(options.store == Options{}.store);
}

TEST_CASE("a refused source leaves the options as they were") {
  Options options;
  options.store = "before.db";
  CHECK_THROWS_AS(apply_json(options, R"({"store": "after.db", "wombat": 1})"), Error);
  CHECK_THROWS_AS(apply_environment(options, {{"OBSERVABILITY_STORE", "after.db"},
                                              {"OBSERVABILITY_BATCH_SIZE", "x"}}),
                  Error);
  CHECK(options.store == "before.db");
}

TEST_CASE("no message holds a secret") {
  const std::string secret = "hunter2";
  const std::string nul = "hunter2\\u0000";
  const std::string longer = secret + std::string(10'000, 'x');
  std::vector<std::string> messages = {
      json_refusal(R"({"database": {"password": ")" + nul + "\"}}"),
      json_refusal(R"({"database": {"password": ["hunter2"]}})"),
      json_refusal(R"({"database": {"password": ")" + longer + "\"}}"),
      json_refusal(R"({"database": {"connectionString": {"url": "hunter2"}}})"),
      json_refusal(R"({"database": {"connectionString": ")" + longer + "\"}}"),
      json_refusal(R"({"database": "postgresql://u:hunter2@h/d"})"),
      json_refusal(R"({"database": {"password": "hunter2)"),
      environment_refusal({{"OBSERVABILITY_DATABASE_PASSWORD", longer}}),
      environment_refusal({{"OBSERVABILITY_DB_URL", longer}}),
      environment_refusal({{"OBSERVABILITY_DB_URI", "postgresql://u:hunter2@h/d"}}),
  };
  Options options;
  options.central_database.password = longer;
  messages.push_back(refusal([&] { validate(options); }));
  for (const auto& message : messages) {
    CAPTURE(message);
    CHECK(message.find(secret) == std::string::npos);
  }
}

TEST_CASE("options filled in by hand are checked under the names of the struct") {
  validate(Options{});
  const auto check = [](const auto& change, const std::string& message) {
    Options options;
    change(options);
    CHECK_THAT(refusal([&] { validate(options); }), Catch::StartsWith(message));
  };
  check([](Options& o) { o.store = ""; }, "store: ");
  check([](Options& o) { o.max_json_size = 0; }, "max_json_size: 0 is out of range");
  check([](Options& o) { o.max_store_bytes = 5; }, "max_store_bytes: 5 is out of range");
  check([](Options& o) { o.max_store_bytes = ~std::uint64_t{0}; }, "max_store_bytes: ");
  check([](Options& o) { o.busy_timeout = milliseconds(-1); }, "busy_timeout: -1 is out of range");
  check([](Options& o) { o.redact = {"a", ""}; }, "redact: a rule is empty");
  check([](Options& o) { o.durability = static_cast<Durability>(7); },
        "durability: 7 is not one of");
  check([](Options& o) { o.when_full = static_cast<WhenFull>(-1); }, "when_full: ");
  check([](Options& o) { o.central_database.port = 0; },
        "central_database.port: 0 is out of range");
  check([](Options& o) { o.central_database.ssl_mode = "maybe"; }, "central_database.ssl_mode: ");
  check([](Options& o) { o.central_database.schema = ""; },
        "central_database.schema: must not be empty");
  check([](Options& o) { o.central_database.batch_size = 0; }, "central_database.batch_size: ");
}

TEST_CASE("the process's own variables can be read") {
  REQUIRE(setenv("OBSERVABILITY_TEST_OF_THE_READER", "a=b", 1) == 0);
  CHECK(process_environment().at("OBSERVABILITY_TEST_OF_THE_READER") == "a=b");
  REQUIRE(unsetenv("OBSERVABILITY_TEST_OF_THE_READER") == 0);
}

}  // namespace
}  // namespace edo
