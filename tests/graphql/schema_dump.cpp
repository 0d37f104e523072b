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
using namespace edo::graphql;
using nlohmann::json;

namespace {

json answer(const Introspection& introspection, const json& request) {
  const Document document = parse(request.at("query").get<std::string>());
  const Operation& operation = choose_operation(document, "");
  const json values = request.value("variables", json::object());
  const Variables variables(operation, values);
  const Limits limits;
  Selections selections(document, operation, variables, limits);
  const Path start;
  const Path root(start, "selectionSet");
  json data = json::object();
  for (const auto& field : selections.of({&operation.selections}, "query_root", root)) {
    const Path path(root, field.field->name);
    data[std::string(field.key)] =
        json::parse(introspection.answer(field, selections, variables, path));
  }
  return data;
}

}  // namespace

int main(int, char** argv) {
  const testing::TemporaryDirectory directory;
  auto store = storage::open_store(directory / "telemetry.db", {.access = storage::Access::create});
  const auto metadata = embedded_metadata("");
  const auto model = build_model(metadata, read_catalog(store, metadata));
  const Schema schema = build_schema(*model, argv[1]);
  const Introspection introspection(schema, std::size_t{8} << 20);

  json result = {{"sdl", print_sdl(schema)}, {"answers", json::array()}};
  const std::string input(std::istreambuf_iterator<char>(std::cin), {});
  for (const auto& request : json::parse(input)) {
    try {
      result["answers"].push_back(answer(introspection, request));
    } catch (const RequestError& refused) {
      result["answers"].push_back(refused.path() + ": " + refused.what());
    }
  }
  std::cout << result.dump() << '\n';
}
