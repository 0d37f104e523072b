// The selected fields of each row.
#pragma once

#include <string_view>
#include <vector>

#include "tools/server/plan/context.hpp"
#include "tools/server/plan/plan.hpp"

namespace edo::plan {

// One field of an object: selected by the client, and known to the schema.
struct KnownField {
  const language::SelectedField* selected;
  const schema::OutputField* definition;  // null for __typename, and __schema and __type
  language::Path path;                    // a link of the parent's path

  [[nodiscard]] std::string key() const { return std::string(selected->key); }
};

// The selected fields of an object of the type. `path` is the parent's "selectionSet". Throws
// RequestError for fields that the type does not have, and if nothing is selected.
class KnownFields {
 public:
  KnownFields(const PlanContext& context, const schema::Type& type,
              const std::vector<const language::SelectionSet*>& selections,
              const language::Path& path);

  [[nodiscard]] auto begin() const { return fields_.begin(); }
  [[nodiscard]] auto end() const { return fields_.end(); }
  [[nodiscard]] std::size_t size() const { return fields_.size(); }

 private:
  std::vector<language::SelectedField> selected_;
  std::vector<KnownField> fields_;
};

// Throws RequestError if the field, which is not an object, has a selection.
void check_leaf(const KnownField& field);

// `path` is the "selectionSet" of the field that yields the rows.
[[nodiscard]] std::vector<RowField> read_row_fields(
    const PlanContext& context, const model::Table& table,
    const std::vector<const language::SelectionSet*>& selections, const language::Path& path);

// <t>_aggregate of a table or over a relationship to it.
[[nodiscard]] AggregateSelection read_aggregate(const PlanContext& context,
                                                const model::Table& table, const KnownField& field);

}  // namespace edo::plan
