#include "unit/server/plan/library.hpp"

#include <nlohmann/json.hpp>

#include "tools/server/model/build.hpp"

namespace edo::plan::tests {
namespace {

model::CatalogTable table(const char* name,
                          const std::vector<std::pair<const char*, const char*>>& columns,
                          std::vector<model::ForeignKey> keys = {}) {
  model::CatalogTable result;
  result.name = {"public", name};
  for (const auto& [column, type] : columns) {
    result.columns.push_back({column, model::postgres_type(type), true, ""});
  }
  result.primary_key = {columns.front().first};
  result.columns.front().nullable = false;
  result.foreign_keys = std::move(keys);
  return result;
}

model::Catalog catalog() {
  model::Catalog result;
  result.tables = {
      table("author", {{"id", "int4"},
                       {"name", "text"},
                       {"is_registered", "bool"},
                       {"joined_at", "timestamptz"},
                       {"score", "numeric"},
                       {"settings", "jsonb"}}),
      table("article",
            {{"id", "int4"},
             {"title", "text"},
             {"author_id", "int4"},
             {"is_published", "bool"},
             {"kind", "text"},
             {"uid", "uuid"},
             {"size", "int8"},
             {"weight", "float8"}},
            {{{"public", "author"}, {{"author_id", "id"}}},
             {{"public", "kind"}, {{"kind", "value"}}}}),
      table("kind", {{"value", "text"}, {"comment", "text"}}),
      table("reading", {{"article_id", "int4"}, {"reader", "text"}, {"day", "date"}}),
  };
  result.tables[2].enum_values = {{"essay", ""}, {"story", ""}};
  result.tables[3].primary_key = {"article_id", "reader"};
  result.functions = {{{"public", "fame"},
                       {{"author_row", {}, model::TableName{"public", "author"}}},
                       model::postgres_type("int4")}};
  return result;
}

constexpr const char* kTables = R"([
  {"table": "author",
   "array_relationships": [
     {"name": "articles",
      "using": {"foreign_key_constraint_on": {"table": "article", "column": "author_id"}}}],
   "computed_fields": [{"name": "fame", "definition": {"function": "fame"}}],
   "select_permissions": [
     {"role": "user", "permission": {
       "columns": ["id", "name"], "limit": 10,
       "filter": {"$or": [{"id": "X-HASURA-USER-ID"},
                          {"articles": {"is_published": {"_eq": true}}}]}}},
     {"role": "reader", "permission": {
       "columns": ["name", "settings"], "computed_fields": ["fame"],
       "filter": {"_and": [{"name": {"_in": "X-Hasura-Names"}},
                           {"_not": {"settings": {"$has_key": "X-Hasura-Key"}}},
                           {"_exists": {"_table": {"schema": "public", "name": "reading"},
                                        "_where": {"reader": "X-Hasura-Name"}}}]}}},
     {"role": "peer", "permission": {
       "columns": "*", "filter": {"articles": {"author_id": {"_ceq": ["$", "id"]},
                                               "id": {"_cgt": "author_id"}}}}}]},
  {"table": "article",
   "object_relationships": [{"name": "author", "using": {"foreign_key_constraint_on": "author_id"}}],
   "select_permissions": [
     {"role": "user", "permission": {
       "columns": ["id", "title", "is_published"], "limit": 5, "allow_aggregations": true,
       "filter": {"is_published": true}}},
     {"role": "reader", "permission": {"columns": ["title"], "filter": {}}},
     {"role": "peer", "permission": {"columns": "*", "filter": {}}}]},
  {"table": "kind", "is_enum": true},
  {"table": "reading",
   "select_permissions": [{"role": "user", "permission": {"columns": ["reader"], "filter": {}}}]}
])";

}  // namespace

std::unique_ptr<model::Model> library_model() {
  const auto tables = nlohmann::json::parse(kTables);
  return model::build_model(
      model::metadata_of(nlohmann::json::array({{{"name", "default"}, {"tables", tables}}})),
      catalog());
}

}  // namespace edo::plan::tests
