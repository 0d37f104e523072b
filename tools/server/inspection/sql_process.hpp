// SQL on a store in a process of its own, which can be killed: within one call of a function, such
// as instr() over megabytes, SQLite looks at no clock.
#pragma once

#include <string>
#include <string_view>

#include "tools/server/inspection/inspection.hpp"

namespace edo::inspection {

// The only argument of a program that is to call serve_sql_process().
inline constexpr std::string_view kSqlProcess = "--sql-process";

// Starts this program again and has it run the statement, with a lower priority than the server. It
// ends with the time limit, and with the server. Throws Error as Inspection::run_sql().
[[nodiscard]] Json run_in_process(const std::string& store, const std::string& sql,
                                  const SqlLimits& limits, const std::stop_token& left);

// Reads one statement from standard input and writes its result to standard output. Returns the
// exit code.
[[nodiscard]] int serve_sql_process();

}  // namespace edo::inspection
