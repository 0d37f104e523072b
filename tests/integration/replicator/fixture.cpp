#include "fixture.hpp"

#include <algorithm>
#include <catch2/catch.hpp>

#include "base/time.hpp"
#include "base/uuid.hpp"
#include "tables/model.hpp"

namespace edo::testing {
namespace {

constexpr const char* kSchema = "event_detector_observability";

storage::Database create(const std::string& path) {
  storage::OpenOptions options;
  options.access = storage::Access::create;
  options.busy_timeout = std::chrono::seconds(30);
  return storage::open_store(path, options, "test bench");
}

std::string new_id() { return base::to_string(base::new_uuid()); }

void insert(storage::Database& database, const std::string& sql,
            const std::vector<std::string>& values) {
  SQLite::Statement statement(database.handle(), sql);
  for (std::size_t i = 0; i < values.size(); ++i) {
    statement.bindNoCopy(static_cast<int>(i + 1), values[i]);
  }
  statement.exec();
}

}  // namespace

SampleStore::SampleStore(const std::string& path) : path_(path), database_(create(path)) {}

void SampleStore::copy_to(const std::string& path) { execute("VACUUM INTO '" + path + "'"); }

std::string SampleStore::start_tree() {
  const std::int64_t n = made_++;
  const std::string invocation = new_id();
  const std::string event = new_id();
  const std::string job = new_id();
  const std::string now = base::format_timestamp(base::Clock::system().now());
  const std::string event_id = n % 3 == 0 ? "no uuid: " + std::to_string(n) : new_id();
  const std::string event_time = n % 5 == 0 ? "1969-12-31T23:59:59.999999Z" : now;
  insert(
      database_,
      "INSERT INTO invocations (id, created_at, updated_at, correlation_id, source_function,"
      " source_table, source_operation, source_job_id, source_event_id, source_event_payload,"
      " source_event_time, source_user_email, auto_load_modules, context_data)"
      " VALUES (?1, ?2, ?2, ?3, 'Ärger \\ mit \"Zeichen\" 🚚', 'public.orders', 'INSERT',"
      " CASE WHEN ?4 % 2 THEN ?5 END, ?6, ?7, ?8, '', ?4 % 2, 'null')",
      {invocation, now, "move.event_" + std::to_string(n), std::to_string(n), new_id(), event_id,
       R"({"event":{"op":"INSERT","data":{"new":{"id":)" + std::to_string(n) +
           R"(,"note":"tab\tnewline\nquote\" ünïcödé 🚚","price":12.50,"tags":[true,null,{}]}}}})",
       event_time});
  insert(database_,
         "INSERT INTO event_executions (id, invocation_id, created_at, updated_at, event_name,"
         " detected, detection_duration_ms, status) VALUES (?, ?, ?, ?, 'order\tcreated', 1, 3,"
         " 'handling')",
         {event, invocation, now, now});
  insert(
      database_,
      "INSERT INTO job_executions (id, invocation_id, event_execution_id, created_at, updated_at,"
      " job_name, job_options) VALUES (?, ?, ?, ?, ?, 'send\\nreceipt', '[1, 2.0, \"x\"]')",
      {job, invocation, event, now, now});
  for (const char* sequence : {"1", "2"}) {
    insert(database_,
           "INSERT INTO job_logs (id, job_execution_id, invocation_id, created_at, sequence, level,"
           " message, data, line_number) VALUES (?, ?, ?, ?, CAST(? AS INTEGER), 'info',"
           " 'line one' || char(10) || 'line two' || char(13, 10) || '\\N \\.', '{\"a\": {}}', -1)",
           {new_id(), job, invocation, now, sequence});
  }
  return invocation;
}

void SampleStore::finish_tree(const std::string& invocation) {
  const std::string now = base::format_timestamp(base::Clock::system().now());
  insert(database_,
         "UPDATE job_executions SET status = 'failed', completed_at = ?1, updated_at = ?1,"
         " duration_ms = 17, result = '{\"done\": false}', error_message = 'no',"
         " error_stack = 'Error: no' || char(10) || '    at f' WHERE invocation_id = ?2",
         {now, invocation});
  insert(database_,
         "UPDATE event_executions SET status = 'completed', completed_at = ?1, updated_at = ?1,"
         " jobs_count = 1, jobs_failed = 1 WHERE invocation_id = ?2",
         {now, invocation});
  insert(database_,
         "UPDATE invocations SET status = 'failed', completed_at = ?1, updated_at = ?1,"
         " total_duration_ms = 20, total_jobs_run = 1, total_jobs_failed = 1 WHERE id = ?2",
         {now, invocation});
}

void SampleStore::add_trees(int count) {
  constexpr int kTreesInTransaction = 500;
  while (count > 0) {
    storage::WriteTransaction transaction(database_);
    for (int i = 0; i < kTreesInTransaction && count > 0; ++i, --count) finish_tree(start_tree());
    transaction.commit();
  }
}

std::int64_t SampleStore::rows() {
  std::int64_t total = 0;
  for (const auto& table : tables::tables()) {
    total += integer("SELECT count(*) FROM " + std::string(table.name));
  }
  return total;
}

Command replicator(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), EDO_REPLICATOR);
  Command command{std::move(arguments)};
  for (const char* name : {"EDO_STORE", "OBSERVABILITY_DB_URL", "PGPASSWORD", "PGHOST"}) {
    command.environment[name] = std::nullopt;
  }
  return command;
}

Result run_replicator(std::vector<std::string> arguments) {
  return run(replicator(std::move(arguments)));
}

std::string migrated_database() {
  const std::string url = PrivatePostgres::shared().fresh_database();
  const Result migrated = run_replicator({"migrate", "--to", url});
  INFO(migrated.err);
  REQUIRE(migrated.exit_code == 0);
  return url;
}

std::string database_with_roles(const std::string& schema) {
  const std::string url = PrivatePostgres::shared().fresh_database();
  std::vector<std::string> arguments = {"migrate", "--to", url, "--roles"};
  if (!schema.empty()) arguments.insert(arguments.end(), {"--schema", schema});
  const auto result = run_replicator(arguments);
  INFO(result.err);
  REQUIRE(result.exit_code == 0);
  CHECK_THAT(result.out,
             Catch::Matchers::Contains("edo_edge, edo_applier, edo_reader and edo_sql have "
                                       "their rights"));
  return url;
}

Login::Login(std::string url, const std::string& name, const std::string& role)
    : admin_(std::move(url)),
      name_(name),
      url_("postgresql://" + name + admin_.substr(admin_.find('@'))) {
  query(admin_, "CREATE ROLE " + name + " LOGIN IN ROLE " + role);
}

Login::~Login() { query(admin_, "DROP OWNED BY " + name_ + "; DROP ROLE " + name_); }

void Login::may(const std::string& sql) const {
  CAPTURE(sql);
  CHECK_NOTHROW(query(url_, sql));
}

void Login::may_not(const std::string& sql) const {
  CAPTURE(sql);
  CHECK_THROWS_WITH(query(url_, sql), Catch::Matchers::Contains("permission denied") ||
                                          Catch::Matchers::Contains("must be owner"));
}

void ship(const std::string& store, const std::string& url) {
  const Result shipped = run_replicator({"run", "--store", store, "--to", url, "--once"});
  INFO(shipped.err);
  REQUIRE(shipped.exit_code == 0);
}

void require_verified(const std::string& store, const std::string& url) {
  const Result verified = run_replicator({"verify", "--store", store, "--to", url});
  INFO(verified.out << verified.err);
  REQUIRE(verified.exit_code == 0);
}

std::string fingerprint(const std::string& url) {
  std::string all;
  for (const auto& table : tables::tables()) {
    all += query_value(url,
                       "SELECT md5(coalesce(string_agg(t::text || xmin::text || ctid::text, ','"
                       " ORDER BY id), '')) FROM " +
                           std::string(kSchema) + "." + std::string(table.name) + " t") +
           " ";
  }
  return all;
}

std::int64_t rows_at(const std::string& url) {
  std::int64_t total = 0;
  for (const auto& table : tables::tables()) {
    total += std::stoll(query_value(
        url, "SELECT count(*) FROM " + std::string(kSchema) + "." + std::string(table.name)));
  }
  return total;
}

std::string only_line(const Result& result) {
  INFO(result.err);
  REQUIRE(!result.err.empty());
  REQUIRE(result.err.back() == '\n');
  REQUIRE(std::count(result.err.begin(), result.err.end(), '\n') == 1);
  return result.err.substr(0, result.err.size() - 1);
}

}  // namespace edo::testing
