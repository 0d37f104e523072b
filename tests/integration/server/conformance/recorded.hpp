// Answers that Hasura gave, recorded in files: a schema, metadata as single commands, and cases.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "tools/server/engine/engine.hpp"

namespace edo::testing {

struct Case {
  std::string id;
  language::Request request;
  language::Session session;
  nlohmann::json response;  // null: an error that is not recorded
};

struct Recording {
  std::string name;
  std::vector<std::string> postgres_sql;
  std::vector<std::string> sqlite_sql;
  nlohmann::json commands;
  bool stringify_numeric_types = false;
  std::vector<Case> cases;
};

// The directory that $EDO_CONFORMANCE names, or the one beside the repository, if there is one.
[[nodiscard]] std::optional<std::string> recordings_directory();
[[nodiscard]] std::vector<Recording> read_recordings(const std::string& directory);

// The commands as a metadata directory of version 3, made at `directory`. What SQLite lacks is left
// out for it, which is functions, also those of computed fields; foreign keys that ALTER TABLE adds
// become manual configuration.
void write_metadata(const Recording& recording, bool for_sqlite, const std::string& directory);

// Where the two differ, as a JSON pointer with both values, or nothing. Numbers may differ in what
// comes after nine digits, whether or not they are written as strings, and messages in the kind of
// their quotes.
[[nodiscard]] std::optional<std::string> difference(const nlohmann::json& expected,
                                                    const nlohmann::json& found);

}  // namespace edo::testing
