// One invocation with all that happened under it: as JSON, and drawn for a person.
#pragma once

#include <string>

#include "base/time.hpp"
#include "cli/output.hpp"
#include "cli/rows.hpp"
#include "storage/database.hpp"

namespace edo::cli {

struct Tree {
  // {"invocation": {…}, "events": [{…, "jobs": [{…, "logs": [{…}]}]}],
  //  "triggered_invocations": [{…}]}: columns as in the tables, children in the order of time.
  Json json;

  // What the tables do not say, for the drawing alone. Empty where there is nothing to say.
  std::string triggered_by;   // the job behind source_job_id, and how to show its invocation
  std::string lost_writer;    // why rows that say "running" will never say anything else
  std::size_t id_length = 0;  // of a triggered invocation, for edo show
};

// Reads the tree in one snapshot. Throws Error if the invocation is not in the store.
[[nodiscard]] Tree load_tree(storage::Database& database, const std::string& invocation_id);

void draw_tree(const Tree& tree, base::Micros now, Output& out);

}  // namespace edo::cli
