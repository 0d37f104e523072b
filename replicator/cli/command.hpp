// What the commands of edo-replicator share: their flags, how numbers read, and how they end.
#pragma once

#include <CLI/CLI.hpp>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "replicator/postgres/target.hpp"

namespace edo::cli {

inline constexpr int kDone = 0;
inline constexpr int kFailed = 1;  // also: needs a person
inline constexpr int kWrongUsage = 2;

// A command on the command line, and what it does; returns the exit code, throws edo::Error.
struct Command {
  CLI::App* flags;
  std::function<int()> run;
};

Command add_migrate(CLI::App& program);
Command add_run(CLI::App& program);
Command add_status(CLI::App& program);
Command add_verify(CLI::App& program);

// --store FILE, more than once; $EDO_STORE. It is required.
CLI::Option* add_stores(CLI::App& flags, std::vector<std::string>& stores);
// --to URL; $OBSERVABILITY_DB_URL.
CLI::Option* add_target(CLI::App& flags, std::string& url);
// The URL as a target; one that is none is wrong usage (throws CLI::ValidationError).
[[nodiscard]] postgres::Target as_target(const std::string& url);
// --schema NAME.
void add_schema(CLI::App& flags, std::string& schema);

// "12,345"
[[nodiscard]] std::string grouped(std::int64_t number);
// "3.4 MB"
[[nodiscard]] std::string bytes_text(double bytes);
// "5s", "3m 20s", "2d 4h"
[[nodiscard]] std::string span_text(std::int64_t micros);

}  // namespace edo::cli
