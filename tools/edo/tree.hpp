// One invocation with its events, jobs and log lines: as JSON, and as a drawing.
#pragma once

#include <string>

#include "base/time.hpp"
#include "storage/database.hpp"
#include "tools/edo/rows.hpp"
#include "tools/program/output.hpp"

namespace edo::cli {

struct Tree {
  // {"invocation": {…}, "events": [{…, "jobs": [{…, "logs": [{…}]}]}],
  //  "triggered_invocations": [{…}]}: columns as in the tables, children in the order of time.
  Json json;

  // Facts for the drawing that are not in the tables; empty if there are none.
  std::string triggered_by;   // the job behind source_job_id, and how to show its invocation
  std::string lost_writer;    // why running rows will never end
  std::size_t id_length = 0;  // of a triggered invocation, for edo show
};

// Reads the tree in one snapshot. Throws Error if the invocation is not in the store.
[[nodiscard]] Tree load_tree(storage::Database& database, const std::string& invocation_id);

void draw_tree(const Tree& tree, base::Micros now, Output& out);

}  // namespace edo::cli
