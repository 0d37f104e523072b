// The commands of edo, each in the file of its name, and what they share.
#pragma once

#include <CLI/CLI.hpp>
#include <memory>
#include <string>

#include "tools/program/command.hpp"

namespace edo::cli {

inline constexpr const char* kMakeGroup = "Create a store";
inline constexpr const char* kLookGroup = "Query a store";
inline constexpr const char* kKeepGroup = "Maintain a store";
inline constexpr const char* kAboutGroup = "About";

// Adds --store, whose default is $EDO_STORE or telemetry.db in the current directory.
inline void add_store_option(CLI::App& options, std::string& store) {
  options.add_option("--store", store, "The store file")
      ->envname("EDO_STORE")
      ->type_name("FILE")
      ->capture_default_str();
}

inline constexpr const char* kDefaultStore = "telemetry.db";

// Each adds its command to the program.
[[nodiscard]] std::unique_ptr<Command> add_init(CLI::App& program);
[[nodiscard]] std::unique_ptr<Command> add_demo(CLI::App& program);
[[nodiscard]] std::unique_ptr<Command> add_ls(CLI::App& program);
[[nodiscard]] std::unique_ptr<Command> add_show(CLI::App& program);
[[nodiscard]] std::unique_ptr<Command> add_sql(CLI::App& program);
[[nodiscard]] std::unique_ptr<Command> add_tail(CLI::App& program);
[[nodiscard]] std::unique_ptr<Command> add_stats(CLI::App& program);
[[nodiscard]] std::unique_ptr<Command> add_doctor(CLI::App& program);
[[nodiscard]] std::unique_ptr<Command> add_prune(CLI::App& program);
[[nodiscard]] std::unique_ptr<Command> add_vacuum(CLI::App& program);
[[nodiscard]] std::unique_ptr<Command> add_rotate(CLI::App& program);
[[nodiscard]] std::unique_ptr<Command> add_backup(CLI::App& program);
[[nodiscard]] std::unique_ptr<Command> add_restore(CLI::App& program);
[[nodiscard]] std::unique_ptr<Command> add_serve(CLI::App& program);
[[nodiscard]] std::unique_ptr<Command> add_version(CLI::App& program);

}  // namespace edo::cli
