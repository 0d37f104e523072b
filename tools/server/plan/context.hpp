// The parts of a request that every part of the planner needs.
#pragma once

#include <string>

#include "tools/server/language/request.hpp"
#include "tools/server/language/selections.hpp"
#include "tools/server/plan/reader.hpp"
#include "tools/server/schema/schema.hpp"

namespace edo::plan {

struct PlanContext {
  const schema::Schema& schema;
  const language::Session& session;
  const Reader& reader;
  language::Selections& selections;
};

}  // namespace edo::plan
