// The commands of edo-replicator, each in the file of its name, and what they share.
#pragma once

#include <CLI/CLI.hpp>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/uuid.hpp"
#include "replicator/postgres/target.hpp"
#include "tools/program/command.hpp"
#include "tools/program/numbers.hpp"
#include "tools/program/option_values.hpp"

namespace edo::cli {

[[nodiscard]] std::unique_ptr<Command> add_adopt(CLI::App& program);
[[nodiscard]] std::unique_ptr<Command> add_apply(CLI::App& program);
[[nodiscard]] std::unique_ptr<Command> add_bind(CLI::App& program);
[[nodiscard]] std::unique_ptr<Command> add_export(CLI::App& program);
[[nodiscard]] std::unique_ptr<Command> add_import(CLI::App& program);
[[nodiscard]] std::unique_ptr<Command> add_inspect(CLI::App& program);
[[nodiscard]] std::unique_ptr<Command> add_migrate(CLI::App& program);
[[nodiscard]] std::unique_ptr<Command> add_requeue(CLI::App& program);
[[nodiscard]] std::unique_ptr<Command> add_reship(CLI::App& program);
[[nodiscard]] std::unique_ptr<Command> add_run(CLI::App& program);
[[nodiscard]] std::unique_ptr<Command> add_status(CLI::App& program);
[[nodiscard]] std::unique_ptr<Command> add_verify(CLI::App& program);

// --store FILE, more than once; $EDO_STORE.
CLI::Option* add_stores(CLI::App& flags, std::vector<std::string>& stores);
// The store files that the values of --store name. Throws Error if there are none.
[[nodiscard]] std::vector<std::string> stores_in(const std::vector<std::string>& patterns);
// --to URL; $OBSERVABILITY_DB_URL.
CLI::Option* add_target(CLI::App& flags, std::string& url);
// The URL as a target. Throws CLI::ValidationError if it is not one.
[[nodiscard]] postgres::Target as_target(const std::string& url);
// The value of an option as a store id. Throws CLI::ValidationError if it is not one.
[[nodiscard]] base::Uuid store_id_of(const std::string& option, const std::string& value);
// --schema NAME.
void add_schema(CLI::App& flags, std::string& schema);

}  // namespace edo::cli
