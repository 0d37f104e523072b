// What the commands of edo-replicator share: their flags, and how they end.
#pragma once

#include <CLI/CLI.hpp>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/uuid.hpp"
#include "replicator/cli/config.hpp"
#include "replicator/cli/numbers.hpp"
#include "replicator/cli/values.hpp"
#include "replicator/postgres/target.hpp"

namespace edo::cli {

inline constexpr int kDone = 0;
inline constexpr int kFailed = 1;  // also: needs a person
inline constexpr int kWrongUsage = 2;

// Something is in the way that will pass: run again later (EX_TEMPFAIL of sysexits.h).
inline constexpr int kTryLater = 75;

// A command on the command line, and what it does; returns the exit code, throws edo::Error.
struct Command {
  CLI::App* flags;
  std::function<int()> run;
  // Options that must have come from somewhere: the command line, the environment or the file.
  std::vector<CLI::Option*> required = {};
  std::shared_ptr<Config> config = std::make_shared<Config>(*flags);
};

Command add_adopt(CLI::App& program);
Command add_apply(CLI::App& program);
Command add_bind(CLI::App& program);
Command add_export(CLI::App& program);
Command add_import(CLI::App& program);
Command add_inspect(CLI::App& program);
Command add_migrate(CLI::App& program);
Command add_requeue(CLI::App& program);
Command add_reship(CLI::App& program);
Command add_run(CLI::App& program);
Command add_status(CLI::App& program);
Command add_verify(CLI::App& program);

// --store FILE, more than once; $EDO_STORE.
CLI::Option* add_stores(CLI::App& flags, std::vector<std::string>& stores);
// The store files that the values of --store stand for; throws Error if there is none.
[[nodiscard]] std::vector<std::string> stores_in(const std::vector<std::string>& patterns);
// --to URL; $OBSERVABILITY_DB_URL.
CLI::Option* add_target(CLI::App& flags, std::string& url);
// The URL as a target; one that is none is wrong usage (throws CLI::ValidationError).
[[nodiscard]] postgres::Target as_target(const std::string& url);
// The value of an option as a store's id; one that is none is wrong usage.
[[nodiscard]] base::Uuid store_id_of(const std::string& option, const std::string& value);
// --schema NAME.
void add_schema(CLI::App& flags, std::string& schema);

}  // namespace edo::cli
