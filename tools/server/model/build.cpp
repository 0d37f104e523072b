#include "tools/server/model/build.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "tools/server/language/lexer.hpp"
#include "tools/server/model/inherit.hpp"

namespace edo::model {
namespace {

// A part of the metadata that does not fit the database.
struct Inconsistent {
  std::string what;
};

[[noreturn]] void refuse(const TableName& table, const std::string& why) {
  throw Inconsistent{"metadata of table " + table.text() + ": " + why};
}

[[noreturn]] void refuse_function(const TableName& function, const std::string& why) {
  throw Inconsistent{"metadata of function " + function.text() + ": " + why};
}

// Names with this prefix belong to introspection.
bool is_graphql_name(std::string_view name) {
  return language::is_name(name) && !name.starts_with("__");
}

// Hasura's name of a table or a function: outside PostgreSQL's default schema, it includes the
// schema.
std::string graphql_name(const TableName& named, const std::string& custom_name) {
  if (!custom_name.empty()) return custom_name;
  const auto& [schema, name] = named;
  return schema.empty() || schema == "public" || schema == "main" ? name : schema + "_" + name;
}

const std::string& or_else(const std::string& name, const std::string& otherwise) {
  return name.empty() ? otherwise : name;
}

std::optional<std::set<std::string>> as_set(const std::optional<std::vector<std::string>>& names) {
  if (!names) return std::nullopt;
  return std::set<std::string>(names->begin(), names->end());
}

// A table of the model while it is built, with its metadata and catalog entry.
struct Draft {
  const TableMetadata& metadata;
  const CatalogTable& catalog;
  Table& table;
  std::set<std::string> fields;  // their names

  // Throws if the name is taken or is not a valid name.
  void take_name(const std::string& name) {
    if (!is_graphql_name(name)) {
      refuse(metadata.table, "'" + name + "' is not a GraphQL name; give it a custom name");
    }
    if (!fields.insert(name).second) {
      refuse(metadata.table, "two of its fields have the name " + name);
    }
  }

  [[nodiscard]] const Column& column(const std::string& sql_name) const {
    for (const auto& candidate : table.columns) {
      if (candidate.sql_name == sql_name) return candidate;
    }
    refuse(metadata.table, "there is no column " + sql_name);
  }
};

class Builder {
 public:
  Builder(const Metadata& metadata, const Catalog& catalog)
      : metadata_(metadata), catalog_(catalog), model_(std::make_unique<Model>()) {}

  std::unique_ptr<Model> build() {
    for (const auto& tracked : metadata_.tables) {
      attempt([&] { add_table(tracked); });
    }
    // The columns do not move any more, so pointers to them are valid from here on.
    for (auto& draft : drafts_) {
      attempt([&] { add_primary_key(draft); });
      add_enum_types(draft);
      for (const auto& relationship : draft.metadata.relationships) {
        attempt([&] { add_relationship(draft, relationship); });
      }
      for (const auto& field : draft.metadata.computed_fields) {
        attempt([&] { add_computed_field(draft, field); });
      }
      add_permissions(draft);
    }
    for (const auto& tracked : metadata_.functions) {
      attempt([&] { add_function(tracked); });
    }
    model_->roles_without_introspection = metadata_.roles_without_introspection;
    std::sort(model_->tables.begin(), model_->tables.end(),
              [](const auto& left, const auto& right) { return left->name < right->name; });
    return std::move(model_);
  }

 private:
  // Adds a part to the model, or a line to its inconsistencies.
  template <class Add>
  void attempt(Add add) {
    try {
      add();
    } catch (Inconsistent& piece) {
      model_->inconsistencies.push_back(std::move(piece.what));
    }
  }

  [[nodiscard]] bool is_same(const TableName& left, const TableName& right) const {
    return catalog_.is_same(left, right);
  }

  void add_table(const TableMetadata& tracked) {
    const CatalogTable* found = catalog_.find_table(tracked.table);
    if (found == nullptr) {
      if (metadata_.local_may_lack_tables && !catalog_.has_schemas) return;
      refuse(tracked.table, "the database has no such table or view");
    }
    for (const auto& other : drafts_) {
      if (is_same(other.metadata.table, tracked.table))
        refuse(tracked.table, "it is defined twice");
    }
    auto table = std::make_unique<Table>();
    table->name = graphql_name(tracked.table, tracked.custom_name);
    table->schema = found->name.schema;
    table->sql_name = found->name.name;
    table->comment = or_else(tracked.comment, found->comment);
    table->root_comments = tracked.root_comments;
    table->is_enum = tracked.is_enum;
    table->enum_values = found->enum_values;
    const auto& names = tracked.root_fields;
    table->select_name = or_else(names.select, table->name);
    table->select_by_pk_name = or_else(names.select_by_pk, table->name + "_by_pk");
    table->select_aggregate_name = or_else(names.select_aggregate, table->name + "_aggregate");
    table->select_stream_name = or_else(names.select_stream, table->name + "_stream");
    Draft draft{tracked, *found, *table, {}};
    check_enum(draft);
    check_root_fields(draft);
    for (const auto& column : found->columns) {
      attempt([&] {
        Column made = make(column, tracked);
        draft.take_name(made.name);
        table->columns.push_back(std::move(made));
      });
    }
    for (const auto* named : {&tracked.column_names, &tracked.column_comments}) {
      for (const auto& pair : *named) {
        attempt([&] { check_column(draft, pair.first); });
      }
    }
    drafts_.push_back(std::move(draft));
    model_->tables.push_back(std::move(table));
  }

  static void check_column(const Draft& draft, const std::string& name) {
    const auto& columns = draft.catalog.columns;
    if (std::none_of(columns.begin(), columns.end(),
                     [&](const CatalogColumn& column) { return column.name == name; })) {
      refuse(draft.metadata.table, "there is no column " + name);
    }
  }

  static Column make(const CatalogColumn& column, const TableMetadata& tracked) {
    const auto name = tracked.column_names.find(column.name);
    const auto comment = tracked.column_comments.find(column.name);
    Column result;
    result.name = name == tracked.column_names.end() ? column.name : name->second;
    result.sql_name = column.name;
    result.type = column.type.scalar;
    result.sql_type = column.type.sql_type;
    result.graphql_type = column.type.graphql_type;
    result.nullable = column.nullable;
    result.canonical = column.canonical;
    result.collation = column.collation;
    result.scale = column.type.scale;
    result.comment = comment == tracked.column_comments.end() ? column.comment : comment->second;
    return result;
  }

  static void add_primary_key(Draft& draft) {
    std::vector<const Column*> key;
    for (const auto& column : draft.catalog.primary_key) key.push_back(&draft.column(column));
    draft.table.primary_key = std::move(key);
  }

  static void check_enum(const Draft& draft) {
    if (draft.table.is_enum && draft.table.enum_values.empty()) {
      refuse(draft.metadata.table,
             "an enum needs a primary key of one column, and at least one row");
    }
    for (const auto& [value, comment] : draft.table.enum_values) {
      if (!is_graphql_name(value)) {
        refuse(draft.metadata.table, "the value '" + value + "' cannot be a value of an enum");
      }
    }
  }

  void check_root_fields(const Draft& draft) {
    if (!is_graphql_name(draft.table.name)) {
      refuse(draft.metadata.table,
             "'" + draft.table.name + "' is not a GraphQL name; give it a custom name");
    }
    const auto& table = draft.table;
    std::set<std::string> names;
    for (const auto& name : {table.select_name, table.select_by_pk_name,
                             table.select_aggregate_name, table.select_stream_name}) {
      const auto known = root_fields_.find(name);
      const bool is_new = names.insert(name).second;
      if (is_new && known == root_fields_.end()) continue;
      const TableName& owner = is_new ? known->second : draft.metadata.table;
      refuse(draft.metadata.table, "its root field " + name + " is also that of " + owner.text() +
                                       "; give one of them a custom name");
    }
    for (const auto& name : names) root_fields_.emplace(name, draft.metadata.table);
  }

  // A column that references an enum table has the enum's type.
  void add_enum_types(Draft& draft) {
    for (const auto& key : draft.catalog.foreign_keys) {
      const Draft* remote = find(key.remote);
      if (remote == nullptr || !remote->table.is_enum || key.columns.size() != 1) continue;
      for (auto& column : draft.table.columns) {
        if (column.sql_name == key.columns.front().first) {
          column.graphql_type = remote->table.name + "_enum";
        }
      }
    }
  }

  [[nodiscard]] const Draft* find(const TableName& name) const {
    const auto found = std::find_if(drafts_.begin(), drafts_.end(), [&](const auto& draft) {
      return is_same(draft.metadata.table, name);
    });
    return found == drafts_.end() ? nullptr : &*found;
  }

  const Draft& remote_of(const Draft& draft, const RelationshipMetadata& metadata,
                         const TableName& name) const {
    const Draft* remote = find(name);
    if (remote == nullptr) {
      refuse(draft.metadata.table, "relationship " + metadata.name + " leads to " + name.text() +
                                       ", which is not tracked");
    }
    return *remote;
  }

  void add_relationship(Draft& draft, const RelationshipMetadata& metadata) {
    Relationship result;
    result.name = metadata.name;
    result.is_array = metadata.is_array;
    if (!metadata.remote) {
      if (metadata.is_array) {
        refuse(draft.metadata.table,
               "relationship " + metadata.name + " is an array, so its foreign key needs a table");
      }
      const ForeignKey& key = foreign_key(draft, draft, metadata, nullptr);
      const Draft& remote = remote_of(draft, metadata, key.remote);
      result.remote = &remote.table;
      result.nullable = false;
      for (const auto& [here, there] : key.columns) {
        const Column& column = draft.column(here);
        result.columns.emplace_back(&column, &remote.column(there));
        result.nullable = result.nullable || column.nullable;
      }
    } else {
      const Draft& remote = remote_of(draft, metadata, *metadata.remote);
      result.remote = &remote.table;
      auto columns = metadata.column_mapping;
      if (columns.empty()) {
        for (const auto& [there, here] :
             foreign_key(draft, remote, metadata, &draft.metadata.table).columns) {
          columns.emplace_back(here, there);
        }
      }
      for (const auto& [here, there] : columns) {
        result.columns.emplace_back(&draft.column(here), &remote.column(there));
      }
    }
    draft.take_name(result.name);
    if (result.is_array) draft.take_name(result.name + "_aggregate");
    draft.table.relationships.push_back(std::move(result));
  }

  // The foreign key of `owner` with the relationship's columns, and to `target` if that is given.
  const ForeignKey& foreign_key(const Draft& draft, const Draft& owner,
                                const RelationshipMetadata& metadata,
                                const TableName* target) const {
    const std::set<std::string> wanted(metadata.key_columns.begin(), metadata.key_columns.end());
    for (const auto& key : owner.catalog.foreign_keys) {
      std::set<std::string> columns;
      for (const auto& [here, there] : key.columns) columns.insert(here);
      if (columns == wanted && (target == nullptr || is_same(key.remote, *target))) return key;
    }
    std::string names;
    for (const auto& column : metadata.key_columns) names += (names.empty() ? "" : ", ") + column;
    refuse(draft.metadata.table, "relationship " + metadata.name + ": " +
                                     owner.metadata.table.text() + " has no foreign key on " +
                                     names + (target == nullptr ? "" : " to " + target->text()));
  }

  // SQLite has no functions of a row, and a store needs no view for each of ours.
  void add_computed_field(Draft& draft, const ComputedFieldMetadata& metadata) {
    const TableName& table = draft.metadata.table;
    const std::string field = "computed field " + metadata.name + ": ";
    const auto* found = catalog_.find_function(metadata.function, table, metadata.table_argument);
    if (found == nullptr && catalog_.has_schemas) {
      refuse(table, field + "there is no function " + metadata.function.text() +
                        " of a row of this table");
    }
    if (found == nullptr) {
      if (!metadata_.local_may_lack_tables) {
        model_->unused.push_back("computed field " + draft.table.name + "." + metadata.name);
      }
      return;
    }
    try {
      if (found->is_volatile) refuse_function(found->name, "it is VOLATILE");
      Function function = callable(*found, metadata.session_argument, &metadata, &table);
      function.arguments_type = metadata.name + "_" + draft.table.name + "_args";
      add_computed_field(draft, metadata, *found, std::move(function));
    } catch (const Inconsistent& why) {
      refuse(table, field + why.what);
    }
  }

  // One value, or the rows that a relationship would have.
  void add_computed_field(Draft& draft, const ComputedFieldMetadata& metadata,
                          const CatalogFunction& found, Function function) {
    if (found.returns_set != found.rows_of.has_value()) {
      refuse_function(found.name, "it returns neither one value nor SETOF a table");
    }
    const auto* remote = found.rows_of ? &rows_of(found) : nullptr;
    take_arguments_type(function, found.name);
    draft.take_name(metadata.name);
    if (remote == nullptr) {
      draft.table.computed_fields.push_back({metadata.name, found.type.scalar, found.type.sql_type,
                                             found.type.graphql_type, std::move(function),
                                             metadata.comment, found.type.scale});
      return;
    }
    draft.take_name(metadata.name + "_aggregate");
    draft.table.relationships.push_back(
        {metadata.name, true, true, remote, {}, std::move(function), metadata.comment});
  }

  [[nodiscard]] const Table& rows_of(const CatalogFunction& function) const {
    const Draft* rows = find(*function.rows_of);
    if (rows == nullptr) {
      refuse_function(function.name,
                      "it returns rows of " + function.rows_of->text() + ", which is not tracked");
    }
    return rows->table;
  }

  // With the source of each argument. `field` and `table` are null for a root field.
  Function callable(const CatalogFunction& found, const std::string& session_argument,
                    const ComputedFieldMetadata* field, const TableName* table) const {
    Function result{found.name.schema, found.name.name, {}, ""};
    const auto takes = [&](FunctionArgument::Source source) {
      return std::any_of(result.arguments.begin(), result.arguments.end(),
                         [&](const auto& argument) { return argument.source == source; });
    };
    for (const auto& argument : found.arguments) {
      auto& made = result.arguments.emplace_back(FunctionArgument{
          FunctionArgument::Source::client, argument.name, argument.name, argument.type.scalar,
          argument.type.sql_type, argument.type.graphql_type, argument.has_default});
      if (!session_argument.empty() && argument.name == session_argument) {
        made.source = FunctionArgument::Source::session;
      } else if (field != nullptr && !takes(FunctionArgument::Source::row) && argument.row_of &&
                 is_same(*argument.row_of, *table) &&
                 (field->table_argument.empty() || !catalog_.has_schemas ||
                  argument.name == field->table_argument)) {
        made.source = FunctionArgument::Source::row;
      }
      if (made.name.empty()) made.name = "arg_" + std::to_string(result.arguments.size());
      check_argument(found.name, made);
    }
    if (!session_argument.empty() && !takes(FunctionArgument::Source::session)) {
      refuse_function(found.name, "it has no argument " + session_argument);
    }
    return result;
  }

  static void check_argument(const TableName& function, const FunctionArgument& argument) {
    const bool is_document =
        argument.type == ScalarType::json || argument.type == ScalarType::jsonb;
    if (argument.source == FunctionArgument::Source::session && !is_document) {
      refuse_function(function, "its session argument " + argument.name + " is not of type json");
    }
    if (argument.source == FunctionArgument::Source::client && !is_graphql_name(argument.name)) {
      refuse_function(function, "its argument '" + argument.name + "' is not a GraphQL name");
    }
    if (argument.has_default && argument.sql_name.empty()) {
      refuse_function(function, "its argument " + argument.name + " has a default but no name");
    }
  }

  // Only a function that cannot write is a field of queries, unless the metadata says otherwise.
  void add_function(const FunctionMetadata& tracked) {
    const std::string named = "function " + tracked.function.text();
    if (!catalog_.has_schemas) {
      model_->unused.push_back(named);
      return;
    }
    const auto found = catalog_.find_functions(tracked.function);
    if (found.empty()) refuse_function(tracked.function, "the database has no such function");
    if (found.size() > 1) refuse_function(tracked.function, "it is overloaded");
    const CatalogFunction& function = *found.front();
    if (tracked.exposed_as == "mutation" ||
        (function.is_volatile && tracked.exposed_as != "query")) {
      model_->unused.push_back(named + ", a mutation");
      return;
    }
    if (!function.returns_set || !function.rows_of) {
      refuse_function(tracked.function, "it does not return SETOF a table");
    }
    TrackedFunction result;
    result.rows = &rows_of(function);
    result.function = callable(function, tracked.session_argument, nullptr, nullptr);
    const std::string name = graphql_name(tracked.function, tracked.custom_name);
    result.function.arguments_type = name + "_args";
    result.name = or_else(tracked.select_name, name);
    result.aggregate_name = or_else(tracked.select_aggregate_name, name + "_aggregate");
    result.comment = tracked.comment;
    if (!metadata_.infer_function_permissions) result.roles = roles_with(tracked.permissions);
    take_arguments_type(result.function, tracked.function);
    take_root_fields(result, tracked.function);
    model_->functions.push_back(std::move(result));
  }

  // A type has one meaning: of no other function, and of no table.
  void take_arguments_type(const Function& function, const TableName& named) {
    const std::string& type = function.arguments_type;
    if (!function.takes_arguments()) return;
    const bool is_table = std::any_of(drafts_.begin(), drafts_.end(),
                                      [&](const Draft& draft) { return draft.table.name == type; });
    if (is_table || !argument_types_.insert(type).second) {
      refuse_function(
          named, "the type of its arguments, " + type + ", exists already; give it a custom name");
    }
  }

  void take_root_fields(const TrackedFunction& function, const TableName& named) {
    for (const auto& name : {function.name, function.aggregate_name}) {
      if (!is_graphql_name(name)) {
        refuse_function(named, "'" + name + "' is not a GraphQL name; give it a custom name");
      }
      const auto [known, is_new] = root_fields_.emplace(name, named);
      if (is_new) continue;
      refuse_function(named, "its root field " + name + " is also that of " + known->second.text() +
                                 "; give one of them a custom name");
    }
  }

  // These, what inherits from one of them, and admin.
  [[nodiscard]] std::set<std::string> roles_with(std::set<std::string> roles) const {
    roles.insert("admin");
    for (bool grows = true; grows;) {
      grows = false;
      for (const auto& [role, parents] : metadata_.inherited_roles) {
        const bool inherits = std::any_of(parents.begin(), parents.end(), [&](const auto& parent) {
          return roles.contains(parent);
        });
        grows = (inherits && roles.insert(role).second) || grows;
      }
    }
    return roles;
  }

  // If part of a permission cannot be applied, the role does not see the table.
  void add_permissions(Draft& draft) {
    Permission everything;
    for (const auto& column : draft.table.columns) everything.columns.insert(column.name);
    for (const auto& field : draft.table.computed_fields) {
      everything.computed_fields.insert(field.name);
    }
    everything.allow_aggregations = true;

    for (const auto& granted : draft.metadata.permissions) {
      attempt([&] {
        draft.table.permissions[granted.first] = permission(draft, granted.second, everything);
      });
    }
    for (const auto& [role, parents] : metadata_.inherited_roles) {
      auto inherited =
          inherited_permission(draft.table, draft.metadata, role, metadata_.inherited_roles);
      if (inherited) draft.table.permissions[role] = *std::move(inherited);
    }
    draft.table.permissions["admin"] = std::move(everything);
  }

  static Permission permission(const Draft& draft, const SelectPermissionMetadata& metadata,
                               const Permission& everything) {
    Permission permission;
    permission.columns = everything.columns;
    if (metadata.columns) {
      permission.columns.clear();
      for (const auto& column : *metadata.columns) {
        permission.columns.insert(draft.column(column).name);
      }
    }
    for (const auto& field : metadata.computed_fields) {
      if (everything.computed_fields.contains(field)) permission.computed_fields.insert(field);
    }
    permission.filter = metadata.filter;
    permission.limit = metadata.limit;
    permission.allow_aggregations = metadata.allow_aggregations;
    permission.query_root_fields = as_set(metadata.query_root_fields);
    permission.subscription_root_fields = as_set(metadata.subscription_root_fields);
    return permission;
  }

  const Metadata& metadata_;
  const Catalog& catalog_;
  std::unique_ptr<Model> model_;
  std::vector<Draft> drafts_;
  std::map<std::string, TableName> root_fields_;
  std::set<std::string> argument_types_;
};

}  // namespace

std::unique_ptr<Model> build_model(const Metadata& metadata, const Catalog& catalog) {
  return Builder(metadata, catalog).build();
}

}  // namespace edo::model
