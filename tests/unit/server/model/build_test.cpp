// The model, from metadata and catalogs.
#include "tools/server/model/build.hpp"

#include <catch2/catch.hpp>

#include "edo/error.hpp"
#include "replicator/postgres/migrations.hpp"
#include "storage/store.hpp"
#include "support/files.hpp"
#include "support/postgres.hpp"

using namespace edo;
using namespace edo::model;
using Catch::Matchers::Contains;
using nlohmann::json;

namespace {

CatalogTable table(const char* name, std::vector<std::pair<const char*, const char*>> columns,
                   std::vector<ForeignKey> keys = {}) {
  CatalogTable result;
  result.name = {"public", name};
  for (const auto& [column, type] : columns) {
    result.columns.push_back({column, postgres_type(type), false, ""});
  }
  result.primary_key = {columns.front().first};
  result.foreign_keys = std::move(keys);
  return result;
}

Catalog library() {
  Catalog catalog;
  catalog.tables = {
      table("author", {{"id", "int4"}, {"name", "text"}}),
      table("book", {{"id", "uuid"}, {"author_id", "int4"}, {"genre", "text"}},
            {{{"public", "author"}, {{"author_id", "id"}}},
             {{"public", "genre"}, {{"genre", "value"}}}}),
      table("genre", {{"value", "text"}, {"comment", "text"}}),
  };
  catalog.tables[1].columns[1].nullable = true;
  catalog.tables[2].enum_values = {{"crime", "who did it"}, {"poetry", ""}};
  const CatalogArgument author{"author_row", {}, TableName{"public", "author"}};
  catalog.functions = {
      {{"public", "age"}, {author}, postgres_type("int4")},
      {{"public", "works"}, {author}, postgres_type("book"), TableName{"public", "book"}, true}};
  return catalog;
}

Metadata tables(const char* text) {
  return metadata_of(json::array({{{"name", "default"}, {"tables", json::parse(text)}}}));
}

}  // namespace

TEST_CASE("relationships over foreign keys, in both directions") {
  const auto model = build_model(tables(R"([
    {"table": "author", "array_relationships": [
      {"name": "books", "using": {"foreign_key_constraint_on": {"table": "book", "column": "author_id"}}}]},
    {"table": "book", "object_relationships": [
      {"name": "author", "using": {"foreign_key_constraint_on": "author_id"}},
      {"name": "kind", "using": {"foreign_key_constraint_on": ["genre"]}}]},
    {"table": "genre", "is_enum": true}])"),
                                 library());
  const Table* author = model->find_table("author");
  const Table* book = model->find_table("book");
  REQUIRE(author != nullptr);
  REQUIRE(book != nullptr);
  const auto* books = author->find_relationship("books");
  REQUIRE(books != nullptr);
  CHECK(books->is_array);
  CHECK(books->remote == book);
  CHECK(books->columns.front().first == author->find_column("id"));
  CHECK(books->columns.front().second == book->find_column("author_id"));
  const auto* back = book->find_relationship("author");
  CHECK(back->remote == author);
  CHECK(back->nullable);
  CHECK_FALSE(book->find_relationship("kind")->nullable);
  CHECK(book->find_column("genre")->graphql_type == "genre_enum");
  CHECK(book->find_column("genre")->type == ScalarType::text);
  CHECK(model->find_table("genre")->enum_values.size() == 2);
  CHECK(book->primary_key == std::vector{book->find_column("id")});
  CHECK(model->find_table("nothing") == nullptr);
}

TEST_CASE("names and permissions") {
  const auto model = build_model(tables(R"([
    {"table": "author",
     "configuration": {"custom_name": "writers", "column_config": {"name": {"custom_name": "title"}},
                       "custom_root_fields": {"select_by_pk": "writer"}},
     "computed_fields": [{"name": "age", "definition": {"function": "age"}},
                         {"name": "works", "definition": {"function": "works"}}],
     "select_permissions": [
       {"role": "user", "permission": {"columns": ["name"], "computed_fields": ["age", "works"],
                                       "filter": {"id": {"_eq": 1}}, "limit": 3}}]}])"),
                                 library());
  const Table* writers = model->find_table("writers");
  REQUIRE(writers != nullptr);
  CHECK(writers->sql_name == "author");
  CHECK(writers->schema == "public");
  CHECK(writers->select_name == "writers");
  CHECK(writers->select_by_pk_name == "writer");
  CHECK(writers->select_aggregate_name == "writers_aggregate");
  CHECK(writers->find_column("name") == nullptr);
  CHECK(writers->find_column("title")->sql_name == "name");
  CHECK(writers->find_computed_field("age")->graphql_type == "Int");
  // The table of its rows is not tracked.
  CHECK(writers->find_relationship("works") == nullptr);
  CHECK(model->inconsistencies.size() == 1);

  const auto* user = writers->permission_of("user");
  REQUIRE(user != nullptr);
  CHECK(user->columns == std::set<std::string>{"title"});
  CHECK(user->computed_fields == std::set<std::string>{"age"});
  CHECK(user->limit == 3);
  CHECK_FALSE(user->allow_aggregations);
  CHECK(writers->permission_of("guest") == nullptr);
  const auto* admin = writers->permission_of("admin");
  CHECK(admin->columns == std::set<std::string>{"id", "title"});
  CHECK(admin->allow_aggregations);
}

TEST_CASE("a table outside the default schema includes the schema in its name") {
  auto catalog = library();
  catalog.tables[0].name.schema = "shop";
  const auto model =
      build_model(tables(R"([{"table": {"schema": "shop", "name": "author"}}])"), catalog);
  CHECK(model->find_table("shop_author") != nullptr);
}

TEST_CASE("metadata that does not fit the database is omitted and listed with the table's name") {
  const std::pair<const char*, const char*> wrong[] = {
      {R"([{"table": "books"}, {"table": "book"}])",
       "table public.books: the database has no such table or view"},
      {R"([{"table": "book"}, {"table": "book"}])", "public.book: it is defined twice"},
      {R"([{"table": "book", "configuration": {"custom_column_names": {"x": "y"}}}])",
       "public.book: there is no column x"},
      {R"([{"table": "book", "configuration": {"custom_column_names": {"genre": "id"}}}])",
       "public.book: two of its fields have the name id"},
      {R"([{"table": "author"}, {"table": "book", "configuration": {"custom_name": "a-b"}}])",
       "'a-b' is not a GraphQL name"},
      {R"([{"table": "book", "configuration": {"custom_name": "author"}}, {"table": "author"}])",
       "its root field author is also that of public.book"},
      {R"([{"table": "book", "object_relationships": [
           {"name": "a", "using": {"foreign_key_constraint_on": "author_id"}}]}])",
       "relationship a leads to public.author, which is not tracked"},
      {R"([{"table": "book", "object_relationships": [
           {"name": "a", "using": {"foreign_key_constraint_on": "id"}}]}])",
       "relationship a: public.book has no foreign key on id"},
      {R"([{"table": "book"}, {"table": "author", "array_relationships": [{"name": "a", "using": {
           "foreign_key_constraint_on": {"table": "book", "column": "genre"}}}]}])",
       "relationship a: public.book has no foreign key on genre to public.author"},
      {R"([{"table": "book", "select_permissions": [
           {"role": "user", "permission": {"columns": ["x"], "filter": {}}}]}])",
       "public.book: there is no column x"},
      {R"([{"table": "author", "computed_fields": [
           {"name": "x", "definition": {"function": "nothing"}}]}])",
       "computed field x: there is no function public.nothing"},
      {R"([{"table": "author"}, {"table": "book", "is_enum": true}])",
       "public.book: an enum needs a primary key"},
  };
  for (const auto& [text, message] : wrong) {
    CAPTURE(text);
    const auto model = build_model(tables(text), library());
    CHECK_FALSE(model->tables.empty());
    REQUIRE(model->inconsistencies.size() == 1);
    CHECK_THAT(model->inconsistencies.front(), Contains(message));
  }
}

TEST_CASE("an omitted part does not remove others") {
  const auto model = build_model(tables(R"([
    {"table": "gone", "array_relationships": [{"name": "books", "using": {"manual_configuration":
       {"remote_table": "book", "column_mapping": {"id": "id"}}}}]},
    {"table": "author"},
    {"table": "book",
     "configuration": {"column_config": {"genre": {"custom_name": "a-b"}}},
     "object_relationships": [
       {"name": "gone", "using": {"manual_configuration":
          {"remote_table": "gone", "column_mapping": {"id": "id"}}}},
       {"name": "author_id", "using": {"foreign_key_constraint_on": "author_id"}},
       {"name": "author", "using": {"foreign_key_constraint_on": "author_id"}}],
     "select_permissions": [
       {"role": "a", "permission": {"columns": ["genre"], "filter": {}}},
       {"role": "b", "permission": {"columns": ["id"], "filter": {}}}]}])"),
                                 library());
  CHECK(model->tables.size() == 2);
  const Table* book = model->find_table("book");
  REQUIRE(book != nullptr);
  CHECK(book->columns.size() == 2);
  REQUIRE(book->relationships.size() == 1);
  CHECK(book->relationships.front().name == "author");
  CHECK(book->permission_of("a") == nullptr);
  CHECK(book->permission_of("b") != nullptr);
  CHECK(model->inconsistencies.size() == 5);
}

TEST_CASE("everything that the metadata for Hasura names is in a migrated PostgreSQL") {
  postgres::Connection connection{
      postgres::Target(testing::PrivatePostgres::shared().fresh_database())};
  postgres::migrate(connection, std::string(postgres::kDefaultSchema));
  const auto metadata = read_metadata(EDO_HASURA_METADATA);
  const auto model = build_model(metadata, read_catalog(connection, metadata));
  CHECK(model->tables.size() == metadata.tables.size());
  for (const auto& tracked : metadata.tables) {
    const Table* table = model->find_table(tracked.custom_name);
    REQUIRE(table != nullptr);
    CHECK(table->computed_fields.size() == tracked.computed_fields.size());
    CHECK(table->relationships.size() == tracked.relationships.size());
  }
}

TEST_CASE("a central database must have every table, a store may lack some") {
  const auto central = build_model(embedded_metadata(""), Catalog{});
  CHECK(central->tables.empty());
  REQUIRE(central->inconsistencies.size() == 10);
  CHECK_THAT(central->inconsistencies.front(),
             Contains("event_detector_observability.dashboard_stats: the database has no"));
  Catalog local;
  local.has_schemas = false;
  CHECK(build_model(embedded_metadata(""), local)->inconsistencies.empty());
}

TEST_CASE("our metadata fits the store and the central database, with equal results") {
  const testing::TemporaryDirectory directory;
  auto store = storage::open_store(directory / "telemetry.db", {.access = storage::Access::create});
  const auto local_metadata = embedded_metadata("");
  const auto local = build_model(local_metadata, read_catalog(store, local_metadata));

  postgres::Connection connection{
      postgres::Target(testing::PrivatePostgres::shared().fresh_database())};
  postgres::migrate(connection, "telemetry");
  const auto central_metadata = embedded_metadata("telemetry");
  const auto central = build_model(central_metadata, read_catalog(connection, central_metadata));

  CHECK(local->tables.size() == 6);
  CHECK(central->tables.size() == 10);
  for (const auto& table : local->tables) {
    CAPTURE(table->name);
    const Table* there = central->find_table(table->name);
    REQUIRE(there != nullptr);
    for (const auto& column : table->columns) {
      CAPTURE(column.name);
      const Column* same = there->find_column(column.name);
      REQUIRE(same != nullptr);
      CHECK(column.graphql_type == same->graphql_type);
      CHECK(column.nullable == same->nullable);
      if (column.type == ScalarType::timestamptz) CHECK(column.canonical);
      if (column.type != ScalarType::text) CHECK_FALSE(same->canonical);
    }
    // What the central database knows besides: whose row it is, and an event's id that is no UUID.
    for (const auto& column : there->columns) {
      CAPTURE(column.name);
      CHECK((table->find_column(column.name) != nullptr || column.name == "store_id" ||
             column.name == "row_version" || column.name == "source_event_id_text"));
    }
    REQUIRE(table->computed_fields.size() == there->computed_fields.size());
    for (std::size_t i = 0; i < table->computed_fields.size(); ++i) {
      CHECK(table->computed_fields[i].graphql_type == there->computed_fields[i].graphql_type);
    }
    CHECK(table->relationships.size() == there->relationships.size());
    CHECK(table->primary_key.size() == there->primary_key.size());
  }
}

namespace {

// As the metadata of the author's table says it, with the book's and the functions beside it.
std::unique_ptr<Model> with_functions(const char* computed_field, const char* function,
                                      const Catalog& catalog) {
  json database = {{"name", "default"}};
  database["tables"] = json::parse(R"([{"table": "author"}, {"table": "book"}])");
  if (*computed_field != '\0') {
    database["tables"][0]["computed_fields"] = {json::parse(computed_field)};
  }
  if (*function != '\0') database["functions"] = {json::parse(function)};
  return build_model(metadata_of(json::array({database})), catalog);
}

CatalogFunction returns_books(const char* name, std::vector<CatalogArgument> arguments) {
  return {{"public", name}, std::move(arguments), {}, TableName{"public", "book"}, true};
}

}  // namespace

TEST_CASE("functions: where each argument comes from") {
  Catalog catalog = library();
  const TableName author{"public", "author"};
  catalog.functions = {returns_books(
      "find", {{"s", postgres_type("json")}, {"", postgres_type("int4")}, {"a", {}, author}})};
  using Source = FunctionArgument::Source;
  const auto sources = [](const Function& function) {
    std::vector<Source> result;
    for (const auto& argument : function.arguments) result.push_back(argument.source);
    return result;
  };
  const auto field = with_functions(
      R"({"name": "found", "definition": {"function": "find", "session_argument": "s"}})", "",
      catalog);
  const auto* found = field->find_table("author")->find_relationship("found");
  REQUIRE(found != nullptr);
  CHECK(found->remote == field->find_table("book"));
  CHECK(sources(*found->function) == std::vector{Source::session, Source::client, Source::row});
  CHECK(found->function->arguments[1].name == "arg_2");
  CHECK(found->function->arguments_type == "found_author_args");

  const auto root = with_functions("", R"({"function": "find", "configuration": {
    "custom_name": "search", "session_argument": "s", "custom_root_fields": {"function": "f"}}})",
                                   catalog);
  REQUIRE(root->functions.size() == 1);
  CHECK(root->functions[0].name == "f");
  CHECK(root->functions[0].aggregate_name == "search_aggregate");
  CHECK(root->functions[0].function.arguments_type == "search_args");
  CHECK(sources(root->functions[0].function) ==
        std::vector{Source::session, Source::client, Source::client});
}

TEST_CASE("functions that cannot be fields are omitted and listed") {
  Catalog catalog = library();
  const CatalogArgument row{"a", {}, TableName{"public", "author"}};
  auto of_kinds = returns_books("kinds", {row});
  of_kinds.rows_of = TableName{"public", "genre"};
  auto moving = returns_books("moving", {row});
  moving.is_volatile = true;
  catalog.functions = {returns_books("twice", {}),
                       returns_books("twice", {row}),
                       of_kinds,
                       moving,
                       {{"public", "number"}, {row}, postgres_type("int4")},
                       {{"public", "numbers"}, {row}, postgres_type("int4"), std::nullopt, true},
                       returns_books("odd", {{"a b", postgres_type("int4")}}),
                       returns_books("unnamed", {{"", postgres_type("int4"), std::nullopt, true}}),
                       returns_books("good", {row, {"s", postgres_type("text")}})};
  const std::pair<const char*, const char*> wrong[] = {
      {R"({"function": "nothing"})", "function public.nothing: the database has no such function"},
      {R"({"function": "twice"})", "function public.twice: it is overloaded"},
      {R"({"function": "number"})", "public.number: it does not return SETOF a table"},
      {R"({"function": "numbers"})", "public.numbers: it does not return SETOF a table"},
      {R"({"function": "kinds"})", "returns rows of public.genre, which is not tracked"},
      {R"({"function": "odd"})", "its argument 'a b' is not a GraphQL name"},
      {R"({"function": "unnamed"})", "its argument arg_1 has a default but no name"},
      {R"({"function": "good", "configuration": {"session_argument": "t"}})",
       "it has no argument t"},
      {R"({"function": "good", "configuration": {"session_argument": "s"}})",
       "its session argument s is not of type json"},
      {R"({"function": "good", "configuration": {"custom_name": "book"}})",
       "its root field book is also that of public.book"},
      {R"({"function": "good", "configuration": {"custom_name": "a-b"}})",
       "'a-b' is not a GraphQL name"},
  };
  for (const auto& [text, message] : wrong) {
    CAPTURE(text);
    const auto model = with_functions("", text, catalog);
    CHECK(model->functions.empty());
    REQUIRE(model->inconsistencies.size() == 1);
    CHECK_THAT(model->inconsistencies.front(), Contains(message));
  }
  const std::pair<const char*, const char*> wrong_fields[] = {
      {"moving", "computed field x: metadata of function public.moving: it is VOLATILE"},
      {"numbers", "it returns neither one value nor SETOF a table"},
      {"kinds", "which is not tracked"},
      {"odd", "there is no function public.odd of a row of this table"},
  };
  for (const auto& [name, message] : wrong_fields) {
    CAPTURE(name);
    const std::string field =
        std::string(R"({"name": "x", "definition": {"function": ")") + name + R"("}})";
    const auto model = with_functions(field.c_str(), "", catalog);
    REQUIRE(model->inconsistencies.size() == 1);
    CHECK_THAT(model->inconsistencies.front(), Contains(message));
  }
  // Both have the type x_author_args.
  catalog.functions.push_back(returns_books("x_author", {{"s", postgres_type("text")}}));
  const auto twice = with_functions(R"({"name": "x", "definition": {"function": "good"}})",
                                    R"({"function": "x_author"})", catalog);
  CHECK(twice->find_table("author")->find_relationship("x") != nullptr);
  REQUIRE(twice->inconsistencies.size() == 1);
  CHECK_THAT(twice->inconsistencies.front(), Contains("x_author_args, exists already"));
  // Hasura makes mutations of them.
  for (const char* text :
       {R"({"function": "moving"})",
        R"({"function": "good", "configuration": {"exposed_as": "mutation"}})"}) {
    const auto model = with_functions("", text, catalog);
    CHECK(model->functions.empty());
    CHECK(model->inconsistencies.empty());
    REQUIRE(model->unused.size() == 1);
    CHECK_THAT(model->unused.front(), Contains("a mutation"));
  }
}
