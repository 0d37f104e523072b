// Random schemas: both back ends give the same answer to each random request of each role.
//
// EDO_SCHEMA_ROUNDS says how many schemas are tried (4), EDO_SCHEMA_SEED repeats a run.
#include <catch2/catch.hpp>
#include <fstream>
#include <iostream>
#include <random>
#include <regex>

#include "answers.hpp"
#include "random_schema.hpp"
#include "replicator/postgres/connection.hpp"
#include "storage/database.hpp"
#include "support/environment.hpp"
#include "support/files.hpp"
#include "support/postgres.hpp"
#include "support/random_query.hpp"
#include "tools/server/language/json.hpp"
#include "tools/server/model/build.hpp"

using namespace edo;
using namespace edo::testing;

namespace {

constexpr int kRequests = 60;  // of each role
constexpr const char* kRoles[] = {"admin", "one", "two", "both"};

class World {
 public:
  World(std::string url, const RandomQuery::Choose& choose)
      : url_(std::move(url)), schema_(choose) {
    query(url_, "DROP SCHEMA public CASCADE; CREATE SCHEMA public");
    query(url_, schema_.postgres());
    storage::Database(file_, {storage::Access::create}).execute(schema_.sqlite());
    std::filesystem::create_directories(folder_ / "metadata/databases");
    write("inherited_roles.yaml", "[{role_name: both, role_set: [one, two]}]");
    write("databases/databases.yaml", schema_.databases({}));
    const auto model = read_model();
    const schema::Schema everything = schema::build_schema(*model, "admin");
    RandomQuery filters(everything, schema_.literals(), choose);
    std::map<std::string, RandomSchema::Filters> by_role;
    for (const char* role : {"one", "two"}) {
      for (const auto& table : schema_.tables()) {
        by_role[role][table] = filters.filter(*model->find_table(table));
      }
    }
    databases_ = schema_.databases(by_role);
    write("databases/databases.yaml", databases_);
    model_ = read_model();
    engine::EngineOptions options;
    options.metadata = folder_ / "metadata";
    options.stringify_numeric_types = choose(4) == 0;
    stringifies_ = options.stringify_numeric_types;
    options.store = file_;
    on_file_ = engine::open_engine(options);
    options.store.clear();
    options.postgres = url_;
    on_postgres_ = engine::open_engine(options);
  }

  [[nodiscard]] std::string text() const {
    return schema_.sqlite() + "\n" + schema_.postgres() + "\n" + databases_ +
           (stringifies_ ? "\n--stringify-numeric-types" : "");
  }
  [[nodiscard]] const model::Model& model() const { return *model_; }
  [[nodiscard]] RandomSchema& schema() { return schema_; }
  [[nodiscard]] engine::Engine& on_file() { return *on_file_; }
  [[nodiscard]] engine::Engine& on_postgres() { return *on_postgres_; }

 private:
  void write(const std::string& name, const std::string& text) const {
    std::ofstream(folder_ / ("metadata/" + name)) << text;
  }

  [[nodiscard]] std::unique_ptr<model::Model> read_model() const {
    const auto metadata = model::read_metadata(folder_ / "metadata");
    postgres::Connection connection{postgres::Target(url_)};
    return model::build_model(metadata, model::read_catalog(connection, metadata));
  }

  std::string url_;
  TemporaryDirectory folder_;
  std::string file_ = folder_ / "random.db";
  RandomSchema schema_;
  std::string databases_;
  bool stringifies_ = false;
  std::unique_ptr<model::Model> model_;
  std::unique_ptr<engine::Engine> on_file_;
  std::unique_ptr<engine::Engine> on_postgres_;
};

// The file has no functions: a condition on the table says the same.
language::Request without_functions(language::Request request, const model::Model& model) {
  for (const auto& function : model.functions) {
    const std::string column = function.rows->primary_key.front()->name;
    const std::regex call("from_(" + function.rows->name +
                          R"re((_aggregate)?)\(args: \{lowest: ("(?:[^"\\]|\\.)*"|[^}]*)\}, )re" +
                          R"(where: \{_and: \[\{\})");
    request.query =
        std::regex_replace(request.query, call, "$1(where: {_and: [{" + column + ": {_gte: $3}}");
  }
  return request;
}

// Whether floating-point numbers overflow depends on the order of the rows.
bool overflows(const nlohmann::ordered_json& answer) {
  return answer.contains("error") && answer["error"][2] == "value out of range: overflow";
}

bool same(const nlohmann::ordered_json& one, const nlohmann::ordered_json& other) {
  if (overflows(one) || overflows(other)) return true;
  if (!one.contains("error") || !other.contains("error")) return same_random_answer(one, other);
  return one["error"][0] == other["error"][0];
}

}  // namespace

TEST_CASE("both databases of a random schema give the same answers") {
  const unsigned rounds = number_from("EDO_SCHEMA_ROUNDS", 4);
  const unsigned seed = number_from("EDO_SCHEMA_SEED", std::random_device{}());
  std::cout << "EDO_SCHEMA_SEED=" << seed << std::endl;
  const std::string url = PrivatePostgres::shared().fresh_database();
  int answers = 0;
  int errors = 0;
  for (unsigned round = 0; round < rounds; ++round) {
    std::mt19937 random(seed + round);
    const RandomQuery::Choose choose = [&](unsigned below) {
      return static_cast<unsigned>(random() % below);
    };
    World world(url, choose);
    INFO("EDO_SCHEMA_ROUNDS=1 EDO_SCHEMA_SEED=" << seed + round);
    for (const auto* engine : {&world.on_postgres(), &world.on_file()}) {
      REQUIRE(engine->inconsistencies() == std::vector<std::string>());
    }
    for (const char* role : kRoles) {
      const schema::Schema schema = schema::build_schema(world.model(), role);
      if (schema.query_root().fields.empty()) continue;
      RandomQuery queries(schema, world.schema().literals(), choose);
      for (int i = 0; i < kRequests; ++i) {
        const language::Session session{role, world.schema().session_variables()};
        const language::Request request = queries.request();
        const auto of_postgres = answered(world.on_postgres(), request, session);
        const auto of_file =
            answered(world.on_file(), without_functions(request, world.model()), session);
        (of_postgres.contains("data") ? answers : errors)++;
        if (same(of_file, of_postgres)) continue;
        std::cout << world.text() << "\n\nrole " << role << ' '
                  << nlohmann::json(session.variables).dump() << '\n'
                  << request.query << '\n'
                  << language::jsonb_text(request.variables) << "\nSQLite     " << of_file.dump()
                  << "\nPostgreSQL " << of_postgres.dump() << std::endl;
        FAIL("the answers differ");
      }
    }
  }
  std::cout << answers << " answers and " << errors << " errors were the same" << std::endl;
  CHECK(answers > 4 * errors);
}
