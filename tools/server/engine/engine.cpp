#include "tools/server/engine/engine.hpp"

#include <utility>

#include "edo/error.hpp"
#include "replicator/postgres/connection.hpp"
#include "storage/store.hpp"
#include "tools/server/backend/backend.hpp"
#include "tools/server/engine/allow_list.hpp"
#include "tools/server/engine/answers.hpp"
#include "tools/server/engine/schemas.hpp"
#include "tools/server/language/parser.hpp"
#include "tools/server/model/build.hpp"
#include "tools/server/plan/permissions.hpp"
#include "tools/server/plan/planner.hpp"
#include "tools/server/schema/sdl.hpp"
#include "tools/server/sql/compile.hpp"

namespace edo::engine {
namespace {

class PolledQuery final : public LiveQuery {
 public:
  PolledQuery(plan::Plan plan, backend::Backend& backend)
      : plan_(std::move(plan)), backend_(backend) {
    compile();
    key_ = key_of(plan_, statements_);
  }

  [[nodiscard]] const std::string& key() const override { return key_; }
  [[nodiscard]] bool is_stream() const override {
    return !plan_.fields.empty() && std::holds_alternative<plan::Stream>(plan_.fields.front().kind);
  }

  [[nodiscard]] std::optional<std::string> poll(backend::Room& room) override {
    Answered answered = answer(plan_, statements_, backend_, room);
    if (!is_stream()) return std::move(answered.json);
    for (auto& [column, after] : std::get<plan::Stream>(plan_.fields.front().kind).cursor) {
      after.value = answered.cursor.value(column->name, nlohmann::json());
    }
    compile();
    if (!answered.has_rows) return std::nullopt;
    return std::move(answered.json);
  }

 private:
  void compile() { statements_ = sql::compile(plan_, backend_.dialect()); }

  plan::Plan plan_;
  backend::Backend& backend_;
  std::vector<sql::Statement> statements_;
  std::string key_;
};

class DatabaseEngine final : public Engine {
 public:
  DatabaseEngine(std::unique_ptr<model::Model> model, std::unique_ptr<backend::Backend> backend,
                 language::Limits limits, std::optional<AllowList> allow_list,
                 std::vector<std::string> unused_metadata)
      : model_(std::move(model)),
        schemas_(*model_),
        backend_(std::move(backend)),
        limits_(std::move(limits)),
        allow_list_(std::move(allow_list)),
        unused_metadata_(std::move(unused_metadata)) {}

  [[nodiscard]] std::string execute(const language::Request& request,
                                    const language::Session& session,
                                    backend::Room& room) override {
    const plan::Plan plan = planned(request, session);
    if (plan.is_subscription) {
      throw language::RequestError(
          "unexpected-payload", "$",
          "subscriptions are not supported over HTTP, use websockets instead");
    }
    return answer(plan, sql::compile(plan, backend_->dialect()), *backend_, room).json;
  }

  [[nodiscard]] std::unique_ptr<LiveQuery> subscribe(const language::Request& request,
                                                     const language::Session& session) override {
    plan::Plan plan = planned(request, session);
    if (!plan.is_subscription) return nullptr;
    return std::make_unique<PolledQuery>(std::move(plan), *backend_);
  }

  [[nodiscard]] const std::vector<std::string>& inconsistencies() const override {
    return model_->inconsistencies;
  }

  [[nodiscard]] const std::vector<std::string>& unused_metadata() const override {
    return unused_metadata_;
  }

  [[nodiscard]] std::optional<search::IndexStatus> text_index() override {
    return backend_->text_index();
  }

  [[nodiscard]] std::string sdl(const std::string& role) override {
    return schema::print_sdl(schemas_.of(role)->schema);
  }

 private:
  plan::Plan planned(const language::Request& request, const language::Session& session) {
    const auto known = schemas_.of(session.role);
    const auto introspect = [&](const language::SelectedField& field,
                                language::Selections& selections,
                                const language::Variables& variables, const language::Path& path) {
      return known->introspection.answer(field, selections, variables, path);
    };
    const auto document = language::parse(request.query, limits_.query_bytes);
    if (allow_list_ && !allow_list_->allows(request.query, session.role)) {
      throw language::RequestError("validation-failed", "$", "query is not allowed");
    }
    return plan::make_plan(known->schema, document, request.operation_name, request.variables,
                           session, limits_, introspect);
  }

  std::unique_ptr<model::Model> model_;
  Schemas schemas_;
  std::unique_ptr<backend::Backend> backend_;
  language::Limits limits_;
  std::optional<AllowList> allow_list_;
  std::vector<std::string> unused_metadata_;
};

bool is_store(const std::string& path) {
  return storage::Database(path, {}).integer("PRAGMA application_id") == storage::kApplicationId;
}

// A store of an older version is upgraded; any other database is used as it is.
storage::Database opened(const std::string& path) {
  storage::Database database(path, {});
  if (database.integer("PRAGMA application_id") != storage::kApplicationId) return database;
  return storage::open_store(path, {});
}

// A server without tables has the wrong database or the wrong metadata.
[[noreturn]] void refuse_nothing(const model::Model& model, const EngineOptions& options) {
  const bool is_file = !options.store.empty();
  std::string why;
  if (!options.metadata.empty()) {
    why = "it has none of the tables that " + options.metadata +
          " names; give the database that belongs to this metadata";
    if (!model.inconsistencies.empty()) why += " (" + model.inconsistencies.front() + ")";
  } else if (is_file) {
    why = "it is not a store; name a store, or give --metadata for this database";
  } else {
    why = "it has no telemetry in schema " + options.schema +
          "; run edo-replicator migrate, or give the right --schema";
  }
  const std::string what = is_file ? options.store : postgres::Target(options.postgres).label();
  throw Error(ErrorKind::invalid_argument, "open", what, why);
}

std::unique_ptr<model::Model> model_of_file(const std::string& path,
                                            const model::Metadata& metadata) {
  storage::Database database = opened(path);
  return model::build_model(metadata, model::read_catalog(database, metadata));
}

std::unique_ptr<model::Model> model_of_postgres(const std::string& url,
                                                const model::Metadata& metadata) {
  postgres::Connection connection{postgres::Target(url)};
  connection.limit_waiting();
  return model::build_model(metadata, model::read_catalog(connection, metadata));
}

}  // namespace

std::unique_ptr<Engine> open_engine(const EngineOptions& options) {
  model::Metadata metadata = options.metadata.empty() ? model::embedded_metadata(options.schema)
                                                      : model::read_metadata(options.metadata);
  if (!options.allow_list && !metadata.allow_list.empty()) metadata.unused.push_back("allow_list");
  metadata.infer_function_permissions = options.infer_function_permissions;
  backend::BackendOptions settings;
  settings.connections = options.connections;
  settings.time = options.limits.time;
  settings.stringify_numeric_types = options.stringify_numeric_types;
  const bool is_file = !options.store.empty();
  if (is_file && is_store(options.store)) settings.text_index = options.text_index;
  auto model = is_file ? model_of_file(options.store, metadata)
                       : model_of_postgres(options.postgres, metadata);
  if (model->tables.empty()) refuse_nothing(*model, options);
  plan::drop_unreadable_permissions(*model);
  metadata.unused.insert(metadata.unused.end(), model->unused.begin(), model->unused.end());
  auto backend = is_file ? backend::open_sqlite_backend(options.store, settings)
                         : backend::open_postgres_backend(options.postgres, settings);
  return std::make_unique<DatabaseEngine>(
      std::move(model), std::move(backend), options.limits,
      options.allow_list ? std::optional<AllowList>(metadata.allow_list) : std::nullopt,
      std::move(metadata.unused));
}

}  // namespace edo::engine
