#include "unit/server/plan/planning.hpp"

#include "tools/server/language/parser.hpp"
#include "tools/server/plan/planner.hpp"
#include "unit/server/plan/library.hpp"
#include "unit/server/plan/plan_text.hpp"

namespace edo::plan::tests {

std::string planned(const Asked& asked) {
  static const auto model = library_model();
  const schema::Schema schema = schema::build_schema(*model, asked.session.role);
  const auto introspect = [](const language::SelectedField& field, language::Selections&,
                             const language::Variables&,
                             const language::Path&) { return "<" + field.field->name + ">"; };
  return plan_text(make_plan(schema, language::parse(asked.query), asked.operation_name,
                             asked.variables, asked.session, asked.limits, introspect));
}

std::string refused(const Asked& asked) {
  try {
    return "planned " + planned(asked);
  } catch (const language::RequestError& error) {
    return error.code() + " " + error.path() + ": " + error.what();
  }
}

}  // namespace edo::plan::tests
