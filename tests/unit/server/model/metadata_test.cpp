// Metadata directories as Hasura's CLI writes them.
#include "tools/server/model/metadata.hpp"

#include <catch2/catch.hpp>
#include <map>

#include "edo/error.hpp"

using namespace edo;
using namespace edo::model;
using Catch::Matchers::Contains;

namespace {

Metadata read(std::map<std::string, std::string> files) {
  return read_metadata([&](const std::string& path) -> std::optional<std::string> {
    const auto found = files.find(path);
    if (found == files.end()) return std::nullopt;
    return found->second;
  });
}

// One table, in a file of its own.
Metadata read_table(const std::string& yaml) {
  return read({{"databases/databases.yaml",
                "- name: default\n  kind: postgres\n  tables: \"!include default/tables.yaml\"\n"},
               {"databases/default/tables.yaml", "- !include tables/one.yaml\n"},
               {"databases/default/tables/one.yaml", yaml}});
}

}  // namespace

TEST_CASE("everything in the metadata of a table") {
  const auto metadata = read_table(R"(
table: {schema: shop, name: book}
is_enum: false
configuration:
  custom_name: books
  comment: what is sold
  custom_root_fields: {select: all_books, select_by_pk: {name: a_book, comment: one}, select_aggregate: null}
  custom_column_names: {author_id: author}
  column_config:
    isbn: {custom_name: number, comment: printed on it}
object_relationships:
  - name: writer
    using: {foreign_key_constraint_on: author_id}
  - name: place
    using: {foreign_key_constraint_on: [row, shelf]}
  - name: cover
    using: {foreign_key_constraint_on: {table: cover, column: book_id}}
array_relationships:
  - name: sales
    using: {foreign_key_constraint_on: {table: {schema: shop, name: sale}, columns: [book_id]}}
  - name: same_year
    using:
      manual_configuration:
        remote_table: {schema: shop, name: book}
        column_mapping: {year: year, "country": land}
computed_fields:
  - name: size
    definition: {function: {schema: shop, name: size_of}, table_argument: null}
    comment: pages times two
select_permissions:
  - role: user
    permission:
      columns: [isbn, year]
      computed_fields: [size]
      filter: {_and: [{owner: {_eq: X-Hasura-User-Id}}, {year: {_gt: 1999}}, {code: {_eq: "007"}}]}
      limit: 20
      allow_aggregations: true
      query_root_fields: [select_by_pk]
      subscription_root_fields: []
  - role: guest
    permission: {columns: '*', filter: {}}
)");
  REQUIRE(metadata.tables.size() == 1);
  const auto& table = metadata.tables.front();
  CHECK(table.table.text() == "shop.book");
  CHECK(table.custom_name == "books");
  CHECK(table.comment == "what is sold");
  CHECK(table.root_comments == std::map<std::string, std::string>{{"select_by_pk", "one"}});
  CHECK(table.root_fields.select == "all_books");
  CHECK(table.root_fields.select_by_pk == "a_book");
  CHECK(table.root_fields.select_aggregate.empty());
  CHECK(table.column_names ==
        std::map<std::string, std::string>{{"author_id", "author"}, {"isbn", "number"}});
  CHECK(table.column_comments.at("isbn") == "printed on it");

  REQUIRE(table.relationships.size() == 5);
  const auto& [writer, place, cover, sales, same_year] =
      std::tie(table.relationships[0], table.relationships[1], table.relationships[2],
               table.relationships[3], table.relationships[4]);
  CHECK(writer.key_columns == std::vector<std::string>{"author_id"});
  CHECK_FALSE(writer.remote);
  CHECK(place.key_columns == std::vector<std::string>{"row", "shelf"});
  CHECK(cover.remote->text() == "public.cover");
  CHECK_FALSE(cover.is_array);
  CHECK(sales.remote->text() == "shop.sale");
  CHECK(sales.is_array);
  CHECK(sales.key_columns == std::vector<std::string>{"book_id"});
  CHECK(same_year.column_mapping ==
        std::vector<std::pair<std::string, std::string>>{{"country", "land"}, {"year", "year"}});

  REQUIRE(table.computed_fields.size() == 1);
  CHECK(table.computed_fields[0].function.text() == "shop.size_of");
  const auto& user = table.permissions.at("user");
  CHECK(user.columns == std::vector<std::string>{"isbn", "year"});
  CHECK(user.computed_fields == std::vector<std::string>{"size"});
  CHECK(user.limit == 20);
  CHECK(user.allow_aggregations);
  CHECK(user.query_root_fields == std::vector<std::string>{"select_by_pk"});
  CHECK(user.subscription_root_fields == std::vector<std::string>{});
  CHECK(
      user.filter.dump() ==
      R"({"_and":[{"owner":{"_eq":"X-Hasura-User-Id"}},{"year":{"_gt":1999}},{"code":{"_eq":"007"}}]})");
  const auto& guest = table.permissions.at("guest");
  CHECK_FALSE(guest.columns);
  CHECK_FALSE(guest.limit);
  CHECK_FALSE(guest.query_root_fields);
  CHECK_FALSE(guest.allow_aggregations);
}

TEST_CASE("a table's name may be short, or a list") {
  CHECK(read_table("table: book").tables[0].table.text() == "public.book");
  CHECK(read_table("table: {name: book}").tables[0].table.text() == "public.book");
  CHECK(read_table("table: [book]").tables[0].table.text() == "public.book");
  CHECK(read_table("table: [shop, book]").tables[0].table.text() == "shop.book");
}

TEST_CASE("invalid metadata is refused with its place") {
  const std::pair<const char*, const char*> wrong[] = {
      {"tabel: book", "\"table\" is missing"},
      {"table: 7", "\"name\" is missing"},
      {"table: book\nis_enum: maybe", "table public.book: is_enum: neither true nor false"},
      {"table: book\narray_relationships: 3", "table public.book: array_relationships: not a list"},
      {"table: book\nselect_permissions: [{role: user, permission: {columns: 5}}]",
       "table public.book: select permission of role user: columns: not a list"},
      {"table: book\nselect_permissions: [{role: user, permission: {columns: [], filter: {}, "
       "limit: -1}}]",
       "limit: not a number of rows"},
      {"table: book\nselect_permissions: [{role: user, permission: {columns: []}}]",
       "select permission of role user: \"filter\" is missing"},
      {"table: book\nselect_permissions: [{role: user, permission: {columns: [], filter: }}]",
       "select permission of role user: \"filter\" is missing"},
      {"table: book\nselect_permissions: [{role: user, permission: {columns: [], filter: {}}},"
       " {role: user, permission: {columns: [], filter: {}}}]",
       "select permission of role user: it is defined twice"},
      {"table: book\nselect_permissions: [{role: user, permission: {columns: [], filter: {id: 1, "
       "id: 2}}}]",
       "id is defined twice"},
      {"table: [", "databases/default/tables/one.yaml: yaml-cpp: error at line 1"},
      {"a: \"!include one.yaml\"", "include each other in a cycle"},
      {"a: !include two.yaml", "databases/default/tables/two.yaml: the file does not exist"},
  };
  for (const auto& [yaml, message] : wrong) {
    CAPTURE(yaml);
    CHECK_THROWS_WITH(read_table(yaml), Contains(message));
    try {
      (void)read_table(yaml);
    } catch (const Error& error) {
      CHECK(error.kind() == ErrorKind::invalid_argument);
    }
  }
  CHECK_THROWS_WITH(read_metadata("/nowhere"), Contains("/nowhere: it has no databases"));
}

TEST_CASE("a project's folder is accepted, and so is its metadata folder") {
  const std::string metadata = EDO_HASURA_METADATA;
  CHECK(read_metadata(metadata).tables.size() == 10);
  CHECK(read_metadata(metadata + "/..").tables.size() == 10);
}

TEST_CASE("our own metadata is embedded, for any schema") {
  const auto metadata = embedded_metadata("elsewhere");
  REQUIRE(metadata.tables.size() == 10);
  for (const auto& table : metadata.tables) {
    CHECK(table.table.schema == "elsewhere");
    CHECK_FALSE(table.custom_name.empty());
    for (const auto& field : table.computed_fields) CHECK(field.function.schema == "elsewhere");
    for (const auto& related : table.relationships) CHECK(related.remote->schema == "elsewhere");
  }
  CHECK(embedded_metadata("").tables[0].table.schema == "event_detector_observability");
}

namespace {

const std::string kNothing = "- {name: default, kind: postgres, tables: []}\n";

Metadata read_beside(const std::string& name, const std::string& yaml) {
  return read({{"databases/databases.yaml", kNothing}, {name, yaml}});
}

}  // namespace

TEST_CASE("roles that inherit, without cycles") {
  const auto metadata = read_beside("inherited_roles.yaml",
                                    "- {role_name: a, role_set: [b, c]}\n"
                                    "- {role_name: b, role_set: [c, unknown]}\n");
  CHECK(metadata.inherited_roles.at("a") == std::vector<std::string>{"b", "c"});
  for (const auto& [yaml, why] : {
           std::pair{"- {role_name: a, role_set: [a]}", "a inherits from itself"},
           std::pair{"- {role_name: a, role_set: [b]}\n- {role_name: b, role_set: [c, a]}",
                     "inherits from itself"},
           std::pair{"- {role_name: a, role_set: [b]}\n- {role_name: a, role_set: [c]}",
                     "a is defined twice"},
           std::pair{"- {role_name: admin, role_set: [b]}", "admin sees everything"},
           std::pair{"- {role_name: a, role_set: [admin]}", "admin sees everything"},
           std::pair{"- {role_name: a}", "\"role_set\" is missing"},
       }) {
    CAPTURE(yaml);
    CHECK_THROWS_WITH(read_beside("inherited_roles.yaml", yaml), Contains(why));
  }
}

TEST_CASE("an allow list names collections") {
  const std::string collections =
      "- {name: one, definition: {queries: [{name: a, query: '{ a }'}, {name: b, query: '{ b "
      "}'}]}}\n"
      "- {name: two, definition: {queries: []}}\n";
  const auto allowed = [&](const std::string& list) {
    return read({{"databases/databases.yaml", kNothing},
                 {"query_collections.yaml", collections},
                 {"allow_list.yaml", list}})
        .allow_list;
  };
  const auto found = allowed(
      "- {collection: one}\n- {collection: two, scope: {global: false, roles: [user]}}\n"
      "- {collection: one, scope: {global: true}}\n");
  CHECK(found.at(0).queries == std::vector<std::string>{"{ a }", "{ b }"});
  CHECK_FALSE(found.at(0).roles);
  CHECK(found.at(1).roles == std::set<std::string>{"user"});
  CHECK_FALSE(found.at(2).roles);
  CHECK_THROWS_WITH(allowed("- {collection: three}"), Contains("there is no collection three"));
  CHECK_THROWS_WITH(allowed("- {collection: one, scope: {global: false}}"), Contains("roles"));
}

TEST_CASE("what has no effect is named") {
  const auto metadata = read({{"databases/databases.yaml", R"(
- name: default
  kind: postgres
  functions: [{function: search, configuration: {session_argument: s, response: {}, at: night}}]
  native_queries: []
  tables:
    - table: a
      event_triggers: [{name: e}]
      insert_permissions: [{role: user}]
      delete_permissions: []
      configuration: {custom_name: a, identifier: x}
      select_permissions: [{role: user, permission: {columns: '*', filter: {}, only_at_night: true}}]
      computed_fields: [{name: c, definition: {function: f, session_argument: s}}]
    - {table: b, insert_permissions: [{role: user}]}
)"}});
  CHECK(metadata.unused == std::vector<std::string>{"configuration: identifier", "event_triggers",
                                                    "functions: at", "insert_permissions (2)",
                                                    "select_permissions: only_at_night"});
  CHECK(embedded_metadata("").unused.empty());
}
