// What the two databases say of the same tables.
#include "tools/server/model/catalog.hpp"

#include <catch2/catch.hpp>

#include "replicator/postgres/connection.hpp"
#include "storage/database.hpp"
#include "support/files.hpp"
#include "support/postgres.hpp"

using namespace edo;
using namespace edo::model;

namespace {

// Both dialects take this text.
constexpr const char* kTables = R"(
  CREATE TABLE shelf (code varchar(8) PRIMARY KEY, note text);
  INSERT INTO shelf VALUES ('A', 'left'), ('B', NULL);
  CREATE TABLE author (id INTEGER PRIMARY KEY, name TEXT NOT NULL);
  CREATE TABLE book (
    id uuid PRIMARY KEY, author_id integer NOT NULL REFERENCES author (id),
    shelf varchar(8) REFERENCES shelf (code), pages smallint, sold bigint, price numeric(10, 2),
    weight double precision, score real, lent boolean NOT NULL, printed_at timestamptz,
    seen_at timestamp, born date, extra jsonb, raw json, at time, code char(3));
  CREATE TABLE loan (book uuid NOT NULL, number integer NOT NULL, note text, PRIMARY KEY (number, book));
  CREATE TABLE fine (loan_number integer, loan_book uuid, cents integer,
    FOREIGN KEY (loan_number, loan_book) REFERENCES loan (number, book));
  CREATE VIEW titles AS SELECT id, pages FROM book;
)";

Metadata tracking(std::initializer_list<const char*> tables) {
  Metadata metadata;
  for (const char* table : tables) {
    metadata.tables.emplace_back();
    metadata.tables.back().table = {"public", table};
  }
  return metadata;
}

Catalog read_postgres(const std::string& sql, const Metadata& metadata) {
  const std::string url = testing::PrivatePostgres::shared().fresh_database();
  testing::query(url, sql);
  postgres::Connection connection{postgres::Target(url)};
  return read_catalog(connection, metadata);
}

Catalog read_sqlite(const std::string& sql, const Metadata& metadata) {
  const testing::TemporaryDirectory directory;
  storage::Database database(directory / "some.db", {.access = storage::Access::create});
  database.execute(sql);
  return read_catalog(database, metadata);
}

std::string described(const Catalog& catalog, const char* name) {
  const auto* table = catalog.find_table({"public", name});
  if (table == nullptr) return "missing";
  std::string text;
  for (const auto& column : table->columns) {
    text += column.name + ":" + column.type.graphql_type + "(" + column.type.sql_type + ")" +
            (column.nullable ? " " : "! ");
  }
  text += "key";
  for (const auto& column : table->primary_key) text += " " + column;
  for (const auto& key : table->foreign_keys) {
    text += "; to " + key.remote.name;
    for (const auto& [here, there] : key.columns) text += " " + here + "=" + there;
  }
  for (const auto& [value, comment] : table->enum_values) text += "; " + value + ":" + comment;
  return text;
}

}  // namespace

TEST_CASE("columns, keys and nullability are the same on both databases") {
  Metadata metadata = tracking({"shelf", "author", "book", "loan", "fine", "titles"});
  metadata.tables.front().is_enum = true;
  for (const auto& catalog : {read_postgres(kTables, metadata), read_sqlite(kTables, metadata)}) {
    CAPTURE(catalog.has_schemas);
    CHECK(described(catalog, "shelf") ==
          "code:String(varchar)! note:String(text) key code; A:left; B:");
    CHECK(described(catalog, "author") == "id:Int(int4)! name:String(text)! key id");
    CHECK(described(catalog, "book") ==
          "id:uuid(uuid)! author_id:Int(int4)! shelf:String(varchar) pages:smallint(int2) "
          "sold:bigint(int8) price:numeric(numeric) weight:float8(float8) score:Float(float4) "
          "lent:Boolean(bool)! printed_at:timestamptz(timestamptz) seen_at:timestamp(timestamp) "
          "born:date(date) extra:jsonb(jsonb) raw:json(json) at:time(time) code:bpchar(bpchar) "
          "key id; to " +
              std::string(catalog.has_schemas ? "author author_id=id; to shelf shelf=code"
                                              : "shelf shelf=code; to author author_id=id"));
    CHECK(described(catalog, "loan") ==
          "book:uuid(uuid)! number:Int(int4)! note:String(text) key number book");
    CHECK(described(catalog, "fine") ==
          "loan_number:Int(int4) loan_book:uuid(uuid) cents:Int(int4) key; to loan "
          "loan_number=number loan_book=book");
    CHECK(described(catalog, "titles") == "id:uuid(uuid) pages:smallint(int2) key");
    CHECK(described(catalog, "nothing") == "missing");
  }
}

TEST_CASE("PostgreSQL: domains, types and functions of its own, comments, other schemas") {
  Metadata metadata = tracking({"thing"});
  metadata.tables.front().table.schema = "shop";
  for (const char* name :
       {"size", "others", "more", "plain", "listed", "several", "any_of", "nothing"}) {
    FunctionMetadata function;
    function.function = {"tools", name};
    metadata.functions.push_back(function);
  }
  const auto catalog = read_postgres(R"(
    CREATE SCHEMA shop; CREATE SCHEMA tools;
    CREATE DOMAIN shop.email AS text NOT NULL;
    CREATE TYPE shop."Mood" AS ENUM ('ok');
    CREATE TABLE shop.thing (id int GENERATED ALWAYS AS IDENTITY, mail shop.email, mood shop."Mood", tags text[],
                             gone int, age interval);
    ALTER TABLE shop.thing DROP COLUMN gone;
    COMMENT ON TABLE shop.thing IS 'a thing'; COMMENT ON COLUMN shop.thing.mail IS 'where to write';
    CREATE FUNCTION tools.size(t shop.thing) RETURNS bigint LANGUAGE sql AS 'SELECT 1::bigint';
    CREATE FUNCTION tools.others(t shop.thing) RETURNS SETOF shop.thing LANGUAGE sql AS 'SELECT * FROM shop.thing';
    CREATE FUNCTION tools.more(t shop.thing, n int) RETURNS int LANGUAGE sql AS 'SELECT 1';
    CREATE FUNCTION tools.plain(n int) RETURNS int LANGUAGE sql AS 'SELECT 1';
    CREATE FUNCTION tools.listed(a shop."Mood", int, c shop.thing DEFAULT NULL, d text[] DEFAULT '{}') RETURNS SETOF shop.thing
      LANGUAGE sql STABLE AS 'SELECT * FROM shop.thing';
    COMMENT ON FUNCTION tools.listed IS 'all';
    CREATE FUNCTION tools.several(VARIADIC n int[]) RETURNS SETOF shop.thing LANGUAGE sql AS 'SELECT * FROM shop.thing';
    CREATE FUNCTION tools.any_of(anyelement) RETURNS SETOF shop.thing LANGUAGE sql AS 'SELECT * FROM shop.thing';
    CREATE FUNCTION tools.nothing() RETURNS void LANGUAGE sql AS '')",
                                     metadata);
  const auto* thing = catalog.find_table({"shop", "thing"});
  REQUIRE(thing != nullptr);
  CHECK(catalog.find_table({"public", "thing"}) == nullptr);
  CHECK(thing->comment == "a thing");
  REQUIRE(thing->columns.size() == 5);
  CHECK_FALSE(thing->columns[0].nullable);
  CHECK(thing->columns[1].type.graphql_type == "String");
  CHECK(thing->columns[1].comment == "where to write");
  CHECK_FALSE(thing->columns[1].nullable);
  CHECK(thing->columns[2].type.graphql_type == "Mood");
  CHECK(thing->columns[2].type.sql_type == "shop.\"Mood\"");
  CHECK(thing->columns[3].type.graphql_type == "_text");
  CHECK(thing->columns[4].type.scalar == ScalarType::other);

  const TableName of{"shop", "thing"};
  REQUIRE(catalog.find_function({"tools", "size"}, of) != nullptr);
  CHECK(catalog.find_function({"tools", "size"}, of)->type.graphql_type == "bigint");
  CHECK(catalog.find_function({"tools", "size"}, of, "t") != nullptr);
  CHECK(catalog.find_function({"tools", "size"}, of, "u") == nullptr);
  CHECK_FALSE(catalog.find_function({"tools", "size"}, of)->rows_of);
  CHECK(catalog.find_function({"tools", "others"}, of)->rows_of == of);
  CHECK(catalog.find_function({"tools", "others"}, of)->returns_set);
  CHECK(catalog.find_function({"tools", "others"}, of)->is_volatile);
  CHECK(catalog.find_function({"tools", "more"}, of)->arguments.size() == 2);
  CHECK(catalog.find_function({"tools", "plain"}, of) == nullptr);
  CHECK(catalog.find_functions({"tools", "plain"}).size() == 1);

  const auto listed = catalog.find_functions({"tools", "listed"});
  REQUIRE(listed.size() == 1);
  CHECK(listed[0]->comment == "all");
  CHECK_FALSE(listed[0]->is_volatile);
  std::string arguments;
  for (const auto& argument : listed[0]->arguments) {
    arguments += argument.name + ":" + argument.type.sql_type +
                 (argument.row_of ? " of " + argument.row_of->text() : "") +
                 (argument.has_default ? "=; " : "; ");
  }
  CHECK(arguments == "a:shop.\"Mood\"; :int4; c:shop.thing of shop.thing=; d:_text=; ");
  for (const char* name : {"several", "any_of", "nothing"}) {
    CHECK(catalog.find_functions({"tools", name}).empty());
  }
}

TEST_CASE("SQLite: expressions of views, named types, views instead of functions") {
  Metadata metadata = tracking({"item", "totals", "said"});
  metadata.tables.front().computed_fields = {{"size", {"public", "size"}, ""}};
  const auto catalog = read_sqlite(R"(
    CREATE TABLE item (id INTEGER PRIMARY KEY, at TEXT NOT NULL, price REAL, secret TEXT) STRICT;
    INSERT INTO item VALUES (1, '2026', 2.5, '');
    CREATE VIEW totals AS SELECT count(*) AS n, avg(price) AS mean, max(at) AS latest, NULL AS never FROM item;
    CREATE VIEW said AS SELECT id, at FROM item;
    CREATE VIEW size AS SELECT id, length(at) AS value FROM item;
    CREATE TABLE column_types (relation TEXT, name TEXT, type TEXT);
    INSERT INTO column_types VALUES ('item', 'at', 'timestamptz'), ('item', 'secret', NULL), ('said', 'id', 'bigint PRIMARY KEY'),
      ('said', 'at', 'timestamptz NOT NULL'), ('size', 'value', 'smallint'))",
                                   metadata);
  CHECK(described(catalog, "item") ==
        "id:Int(int4)! at:timestamptz(timestamptz)! price:Float(float4) key id");
  CHECK(described(catalog, "totals") ==
        "n:bigint(int8) mean:float8(float8) latest:String(text) never:String(text) key");
  CHECK(described(catalog, "said") == "id:bigint(int8)! at:timestamptz(timestamptz)! key id");
  const auto* size = catalog.find_function({"", "size"}, {"", "item"});
  REQUIRE(size != nullptr);
  CHECK(size->type.graphql_type == "smallint");
}

TEST_CASE("PostgreSQL: which texts sort by code points") {
  const std::string url = testing::PrivatePostgres::shared().fresh_database();
  testing::query(
      url, R"(CREATE TABLE word (plain text, c text COLLATE "C", posix varchar COLLATE "POSIX",
      english text COLLATE "en-x-icu", number int))");
  // The database's own collation decides for a column without one.
  testing::query(url, R"(CREATE DATABASE "by locale" TEMPLATE template0 LOCALE_PROVIDER icu
      ICU_LOCALE 'en' LC_COLLATE 'C' LC_CTYPE 'C')");
  const std::string by_locale = url.substr(0, url.rfind('/') + 1) + "by%20locale";
  testing::query(by_locale, "CREATE TABLE word (plain text)");
  const auto metadata = tracking({"word"});
  const auto canonical = [&](const std::string& of) {
    postgres::Connection connection{postgres::Target(of)};
    const Catalog catalog = read_catalog(connection, metadata);
    std::vector<bool> found;
    for (const auto& column : catalog.tables.front().columns) found.push_back(column.canonical);
    return found;
  };
  CHECK(canonical(url) == std::vector<bool>{true, true, true, false, false});
  CHECK(canonical(by_locale) == std::vector<bool>{false});
}

TEST_CASE("declared types") {
  CHECK(declared_type("numeric(10, 2)").scale == 2);
  CHECK(declared_type("NUMERIC(10)").scale == 0);
  CHECK_FALSE(declared_type("numeric").scale.has_value());
  CHECK_FALSE(declared_type("varchar(10, 2)").scale.has_value());
  CHECK(declared_type("VARCHAR (80)").sql_type == "varchar");
  CHECK(declared_type("Double  Precision").sql_type == "float8");
  CHECK(declared_type("timestamp(3) with time zone").sql_type == "timestamptz");
  CHECK(declared_type("DECIMAL(10,2)").graphql_type == "numeric");
  CHECK(declared_type("SERIAL").graphql_type == "Int");
  CHECK(declared_type("").graphql_type == "String");
  CHECK(declared_type("interval").graphql_type == "interval");
  CHECK(declared_type("two words").graphql_type == "String");
}
