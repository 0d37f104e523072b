#include "storage/defence.hpp"

#include <fcntl.h>
#include <sqlite3.h>

#include <algorithm>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include "storage/fork.hpp"

extern "C" void edo_sqlite3_keep_locks(void);

namespace edo::storage {
namespace {

constexpr int kInstructionsBetweenLooks = 10'000;

// What our own statements and schema call, and what somebody's index may. None of them takes long
// with values of the length that is allowed; instr(), LIKE or replace() can, and SQLite looks at no
// clock within a function.
constexpr std::string_view kFunctions[] = {
    "->",        "->>",        "abs",      "coalesce",  "count",        "date",
    "datetime",  "if",         "ifnull",   "iif",       "json_extract", "json_object",
    "json_type", "json_valid", "length",   "lower",     "max",          "min",
    "nullif",    "round",      "strftime", "substr",    "substring",    "octet_length",
    "sum",       "time",       "typeof",   "unixepoch", "upper"};

struct Function {
  std::string name;
  int arguments;
};

// All others that SQLite has.
std::vector<Function> other_functions(sqlite3* connection) {
  std::vector<Function> others;
  sqlite3_stmt* list = nullptr;
  if (sqlite3_prepare_v2(connection, "PRAGMA function_list", -1, &list, nullptr) != SQLITE_OK) {
    return others;
  }
  constexpr int kName = 0;
  constexpr int kArguments = 4;
  while (sqlite3_step(list) == SQLITE_ROW) {
    const std::string name = reinterpret_cast<const char*>(sqlite3_column_text(list, kName));
    if (std::find(std::begin(kFunctions), std::end(kFunctions), name) != std::end(kFunctions)) {
      continue;
    }
    others.push_back({name, sqlite3_column_int(list, kArguments)});
  }
  sqlite3_finalize(list);
  return others;
}

void refuse(sqlite3_context* context, int, sqlite3_value**) {
  sqlite3_result_error(context, "this function is disabled for stores", -1);
}

// An authorizer is not asked what generated columns, constraints and indexes call.
void replace_functions(sqlite3* connection) {
  static const auto& others = *new auto(other_functions(connection));
  constexpr int kFlags = SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_DIRECTONLY;
  for (const auto& [name, arguments] : others) {
    (void)sqlite3_create_function_v2(connection, name.c_str(), arguments, kFlags, nullptr, refuse,
                                     nullptr, nullptr, nullptr);
  }
}

void configure(sqlite3* connection, int option, int on) {
  (void)sqlite3_db_config(connection, option, on, nullptr);
}

// SQLite has followed the links to a database itself, so what is one now was put in the place of a
// journal.
int open_safely(const char* path, int flags, int mode) {
  return ::open(path, flags | O_NONBLOCK | O_NOFOLLOW, mode);
}

}  // namespace

void defend(sqlite3* connection, const Interrupt& interrupt) {
  sqlite3_progress_handler(
      connection, kInstructionsBetweenLooks,
      [](void* self) { return static_cast<const Interrupt*>(self)->is_due() ? 1 : 0; },
      const_cast<Interrupt*>(&interrupt));
  configure(connection, SQLITE_DBCONFIG_DEFENSIVE, 1);
  configure(connection, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0);
  configure(connection, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0);
  configure(connection, SQLITE_DBCONFIG_ENABLE_VIEW, 0);
  replace_functions(connection);
  // No store has virtual tables; SQL functions of PRAGMAs remain.
  (void)sqlite3_drop_modules(connection, nullptr);
  sqlite3_limit(connection, SQLITE_LIMIT_LENGTH, kLongestValue);
  sqlite3_limit(connection, SQLITE_LIMIT_EXPR_DEPTH, 100);
  sqlite3_limit(connection, SQLITE_LIMIT_COLUMN, 200);
  sqlite3_limit(connection, SQLITE_LIMIT_TRIGGER_DEPTH, 10);
  (void)sqlite3_exec(connection, "PRAGMA cell_size_check = ON", nullptr, nullptr, nullptr);
}

void prepare_sqlite() {
  static const int once = [] {
    survive_forks();
    edo_sqlite3_keep_locks();
    sqlite3_vfs* vfs = sqlite3_vfs_find("unix");
    if (vfs == nullptr || vfs->iVersion < 3) return SQLITE_NOTFOUND;
    return vfs->xSetSystemCall(vfs, "open", reinterpret_cast<sqlite3_syscall_ptr>(open_safely));
  }();
  (void)once;
}

Triggers::Triggers(sqlite3* connection, bool on) : connection_(connection) {
  (void)sqlite3_db_config(connection_, SQLITE_DBCONFIG_ENABLE_TRIGGER, -1, &before_);
  configure(connection_, SQLITE_DBCONFIG_ENABLE_TRIGGER, on ? 1 : 0);
}

Triggers::~Triggers() { configure(connection_, SQLITE_DBCONFIG_ENABLE_TRIGGER, before_); }

}  // namespace edo::storage
