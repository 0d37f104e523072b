#include "query/reading.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "tools/program/text.hpp"

namespace edo::query {
namespace {

// Even on a read-only connection a statement can open other files and change settings, among them
// those that make it read-only.
int only_reads(void* /*unused*/, int action, const char* first, const char* /*second*/,
               const char* /*schema*/, const char* /*inner*/) {
  constexpr std::array<std::string_view, 19> kPragmas = {
      "application_id",   "collation_list",  "compile_options", "database_list", "encoding",
      "foreign_key_list", "freelist_count",  "function_list",   "index_info",    "index_list",
      "index_xinfo",      "integrity_check", "page_count",      "page_size",     "quick_check",
      "table_info",       "table_list",      "table_xinfo",     "user_version"};
  switch (action) {
    case SQLITE_ATTACH:
    case SQLITE_DETACH:
    case SQLITE_TRANSACTION:
    case SQLITE_SAVEPOINT:
      return SQLITE_DENY;
    case SQLITE_PRAGMA:
      return std::find(kPragmas.begin(), kPragmas.end(), first) != kPragmas.end() ? SQLITE_OK
                                                                                  : SQLITE_DENY;
    default:
      return SQLITE_OK;
  }
}

std::string hexadecimal(const void* data, int size) {
  const auto* bytes = static_cast<const unsigned char*>(data);
  return fmt::format("{:02x}", fmt::join(bytes, bytes + size, ""));
}

std::vector<std::string> names_of(sqlite3_stmt* statement) {
  std::vector<std::string> names;
  for (int i = 0; i < sqlite3_column_count(statement); ++i) {
    names.emplace_back(sqlite3_column_name(statement, i));
  }
  return unique_names(names);
}

// JSON has no infinite numbers.
nlohmann::ordered_json number_json(double number) {
  if (std::isinf(number)) return number < 0 ? "-Infinity" : "Infinity";
  return number;
}

}  // namespace

std::vector<std::string> unique_names(const std::vector<std::string>& names) {
  std::vector<std::string> result;
  for (const auto& name : names) {
    std::string unique = name;
    for (int n = 2; std::find(result.begin(), result.end(), unique) != result.end(); ++n) {
      unique = fmt::format("{}_{}", name, n);
    }
    result.push_back(std::move(unique));
  }
  return result;
}

Reading::Reading(storage::Database& database, const std::string& sql)
    : database_(database), connection_(database.handle().getHandle()), sql_(sql) {
  sqlite3_set_authorizer(connection_, only_reads, nullptr);
  prepare();
  names_ = names_of(statement_.get());
}

void Reading::prepare() {
  sqlite3_stmt* first = nullptr;
  const char* rest = nullptr;
  const int code = sqlite3_prepare_v2(connection_, sql_.c_str(), -1, &first, &rest);
  statement_.reset(first);
  if ((code & 0xff) == SQLITE_AUTH) {
    throw refused("it attaches a file, changes a setting or begins a transaction");
  }
  if (code != SQLITE_OK) throw failed();
  if (!statement_) return;
  // Only white space, comments and semicolons may follow.
  while (*rest != '\0') {
    sqlite3_stmt* another = nullptr;
    const char* from = rest;
    const bool more = sqlite3_prepare_v2(connection_, from, -1, &another, &rest) != SQLITE_OK ||
                      another != nullptr;
    sqlite3_finalize(another);
    if (more) throw refused("it has several statements; give one at a time");
  }
  if (sqlite3_stmt_readonly(statement_.get()) == 0) throw refused("it would change the store");
}

Error Reading::refused(std::string_view why) const {
  return {ErrorKind::refused,
          fmt::format("run SQL on {}: {}; edo sql only reads, with one statement", database_.path(),
                      why)};
}

Error Reading::failed() const {
  const std::string message = sqlite3_errmsg(connection_);
  const int offset = sqlite3_error_offset(connection_);
  if (offset < 0) {
    const bool interrupted = sqlite3_errcode(connection_) == SQLITE_INTERRUPT;
    return {interrupted ? ErrorKind::busy : ErrorKind::invalid_argument,
            fmt::format("run SQL on {}: {}", database_.path(), message)};
  }
  const std::string_view before =
      std::string_view(sql_).substr(0, static_cast<std::size_t>(offset));
  const auto line = std::count(before.begin(), before.end(), '\n') + 1;
  const std::size_t begin = before.rfind('\n') + 1;  // npos + 1 is 0
  return {ErrorKind::invalid_argument,
          fmt::format("run SQL on {}: {} (line {}, column {})", database_.path(), message, line,
                      cli::display_width(before.substr(begin)) + 1)};
}

bool Reading::next() {
  const int code = sqlite3_step(statement_.get());
  if (code != SQLITE_ROW && code != SQLITE_DONE) throw failed();
  return code == SQLITE_ROW;
}

std::string_view Reading::text(int column) const {
  const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement_.get(), column));
  const int size = sqlite3_column_bytes(statement_.get(), column);
  return {text == nullptr ? "" : text, static_cast<std::size_t>(size)};
}

nlohmann::ordered_json Reading::json(int column) const {
  switch (type(column)) {
    case SQLITE_NULL:
      return nullptr;
    case SQLITE_INTEGER:
      return sqlite3_column_int64(statement_.get(), column);
    case SQLITE_FLOAT:
      return number_json(sqlite3_column_double(statement_.get(), column));
    case SQLITE_BLOB:
      return hexadecimal(sqlite3_column_blob(statement_.get(), column),
                         sqlite3_column_bytes(statement_.get(), column));
    default:
      return text(column);
  }
}

}  // namespace edo::query
