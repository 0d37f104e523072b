// Whatever a client asks, it is planned or refused with a code and a place. The bytes are a request
// as a person would write it: the query, and the variables after a line of three dashes. Bytes that
// begin with a zero are choices instead: of a request that is right, and has to be planned.
#include <cstdint>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <string_view>

#include "support/random_query.hpp"
#include "tools/server/language/error.hpp"
#include "tools/server/language/parser.hpp"
#include "tools/server/plan/planner.hpp"
#include "unit/server/plan/library.hpp"

using namespace edo;

namespace {

const language::Session kUser{"user", {{"x-hasura-user-id", "7"}}};

void plan_query(const schema::Schema& schema, const std::string& query,
                const nlohmann::json& variables) {
  const auto introspect = [](const auto&, auto&, const auto&, const auto&) {
    return std::string("{}");
  };
  static_cast<void>(plan::make_plan(schema, language::parse(query), "", variables, kUser,
                                    language::Limits(), introspect));
}

void plan_text(const schema::Schema& schema, std::string_view text) {
  const auto dashes = text.find("\n---\n");
  nlohmann::json variables = nlohmann::json::object();
  if (dashes != std::string_view::npos) {
    variables = nlohmann::json::parse(text.substr(dashes + 5), nullptr, false);
    if (variables.is_discarded()) return;
  }
  try {
    plan_query(schema, std::string(text.substr(0, dashes)), variables);
  } catch (const language::RequestError& error) {
    if (error.code().empty() || !error.path().starts_with('$')) std::abort();
  }
}

void plan_choices(const schema::Schema& schema, const std::uint8_t* bytes, std::size_t size) {
  const auto choose = [&](unsigned below) {
    if (size == 0) return below - 1;
    --size;
    return *bytes++ % below;
  };
  const testing::RandomQuery::Literals literals = {
      {"Int", {"1", "\"2\""}},          {"String", {"\"a\"", "\"\""}}, {"Boolean", {"true"}},
      {"bigint", {"9007199254740993"}}, {"jsonb", {"{a: [1]}"}},       {"path", {"\"a[0]\""}}};
  const auto request = testing::RandomQuery(schema, literals, choose).request();
  plan_query(schema, request.query, request.variables);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  static const auto model = plan::tests::library_model();
  static const schema::Schema admin = schema::build_schema(*model, "admin");
  static const schema::Schema user = schema::build_schema(*model, "user");
  if (size > 0 && bytes[0] == 0) {
    plan_choices(admin, bytes + 1, size - 1);
    return 0;
  }
  const std::string_view text(reinterpret_cast<const char*>(bytes), size);
  plan_text(admin, text);
  plan_text(user, text);
  return 0;
}
