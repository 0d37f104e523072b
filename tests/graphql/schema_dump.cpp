// Writes {"sdl": …, "answers": […]} for a role's schema of a new store. Standard input is a JSON
// array of {"query": …, "variables": …}, queries of `__schema` and `__type` alone; an answer is the
// data or the text of an error.
//
// usage: schema_dump ROLE
#include <iostream>
#include <iterator>
#include <nlohmann/json.hpp>

#include "storage/store.hpp"
#include "support/files.hpp"
#include "tools/server/language/error.hpp"
#include "tools/server/language/parser.hpp"
#include "tools/server/language/selections.hpp"
#include "tools/server/model/build.hpp"
#include "tools/server/schema/introspection.hpp"
#include "tools/server/schema/sdl.hpp"

using namespace edo;
using nlohmann::json;

namespace {

json answer(const schema::Introspection& introspection, const json& request) {
  const language::Document document = language::parse(request.at("query").get<std::string>());
  const language::Operation& operation = language::choose_operation(document, "");
  const json values = request.value("variables", json::object());
  const language::Variables variables(operation, values);
  const language::Limits limits;
  language::Selections selections(document, operation, variables, limits);
  const language::Path start;
  const language::Path root(start, "selectionSet");
  json data = json::object();
  for (const auto& field : selections.of({&operation.selections}, "query_root", root)) {
    const language::Path path(root, field.field->name);
    data[std::string(field.key)] =
        json::parse(introspection.answer(field, selections, variables, path));
  }
  return data;
}

}  // namespace

int main(int, char** argv) {
  const testing::TemporaryDirectory directory;
  auto store = storage::open_store(directory / "telemetry.db", {.access = storage::Access::create});
  const auto metadata = model::embedded_metadata("");
  const auto model = model::build_model(metadata, model::read_catalog(store, metadata));
  const schema::Schema schema = schema::build_schema(*model, argv[1]);
  const schema::Introspection introspection(schema, std::size_t{8} << 20);

  json result = {{"sdl", schema::print_sdl(schema)}, {"answers", json::array()}};
  const std::string input(std::istreambuf_iterator<char>(std::cin), {});
  for (const auto& request : json::parse(input)) {
    try {
      result["answers"].push_back(answer(introspection, request));
    } catch (const language::RequestError& refused) {
      result["answers"].push_back(refused.path() + ": " + refused.what());
    }
  }
  std::cout << result.dump() << '\n';
}
