// edo sql: runs one statement that only reads.
#include <fmt/format.h>
#include <sqlite3.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <memory>
#include <optional>

#include "cli/command.hpp"
#include "cli/rows.hpp"
#include "cli/table.hpp"
#include "cli/text.hpp"
#include "storage/store.hpp"

namespace edo::cli {
namespace {

constexpr std::size_t kLongestSql = std::size_t{1} << 20;

struct Finalize {
  void operator()(sqlite3_stmt* statement) const noexcept { sqlite3_finalize(statement); }
};
using Statement = std::unique_ptr<sqlite3_stmt, Finalize>;

// A read-only connection still lets a statement open other files and change settings, among them
// the ones that make it read-only.
int only_reads(void* /*unused*/, int action, const char* first, const char* /*second*/,
               const char* /*schema*/, const char* /*inner*/) {
  constexpr std::array<std::string_view, 20> kPragmas = {
      "application_id",   "collation_list",  "compile_options", "database_list", "encoding",
      "foreign_key_list", "freelist_count",  "function_list",   "index_info",    "index_list",
      "index_xinfo",      "integrity_check", "journal_mode",    "page_count",    "page_size",
      "quick_check",      "table_info",      "table_list",      "table_xinfo",   "user_version"};
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

std::string read_standard_input() {
  std::string text;
  std::array<char, 65536> buffer;
  while (const std::size_t count = std::fread(buffer.data(), 1, buffer.size(), stdin)) {
    text.append(buffer.data(), count);
    if (text.size() > kLongestSql) throw UsageError("the statement is longer than 1 MiB");
  }
  return text;
}

std::string hexadecimal(const void* data, int size) {
  const auto* bytes = static_cast<const unsigned char*>(data);
  return fmt::format("{:02x}", fmt::join(bytes, bytes + size, ""));
}

std::string_view text_of(sqlite3_stmt* row, int column) {
  const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(row, column));
  const int size = sqlite3_column_bytes(row, column);
  return {text == nullptr ? "" : text, static_cast<std::size_t>(size)};
}

Json json_of(sqlite3_stmt* row, int column) {
  switch (sqlite3_column_type(row, column)) {
    case SQLITE_NULL:
      return nullptr;
    case SQLITE_INTEGER:
      return sqlite3_column_int64(row, column);
    case SQLITE_FLOAT:
      return sqlite3_column_double(row, column);
    case SQLITE_BLOB:
      return hexadecimal(sqlite3_column_blob(row, column), sqlite3_column_bytes(row, column));
    default:
      return text_of(row, column);
  }
}

// RFC 4180, with the distinction that PostgreSQL makes: nothing is null, "" is an empty text.
std::string csv_of(std::string_view text) {
  if (!text.empty() && text.find_first_of(",\"\r\n") == std::string_view::npos) {
    return std::string(text);
  }
  std::string quoted = "\"";
  for (const char c : text) quoted.append(c == '"' ? 2 : 1, c);
  return quoted + '"';
}

// Names of the result's columns; one that comes again gets a number, so that a JSON object can
// hold them all.
std::vector<std::string> names_of(sqlite3_stmt* statement) {
  std::vector<std::string> names;
  for (int i = 0; i < sqlite3_column_count(statement); ++i) {
    const std::string name = sqlite3_column_name(statement, i);
    std::string unique = name;
    for (int n = 2; std::find(names.begin(), names.end(), unique) != names.end(); ++n) {
      unique = fmt::format("{}_{}", name, n);
    }
    names.push_back(std::move(unique));
  }
  return names;
}

class Sql final : public Command {
 public:
  explicit Sql(CLI::App* options) : Command(options) {
    options->add_option("SQL", sql_, "One statement; - reads it from standard input")
        ->type_name("")
        ->required();
    add_store_option(*options, store_);
    auto* json =
        options->add_flag("--json", json_, "Write a JSON array with one object for each row");
    options->add_flag("--csv", csv_, "Write comma-separated values below a line of names")
        ->excludes(json);
    options->footer(
        "The store is opened read-only, and what would write, attach another file or change a\n"
        "setting is refused. BLOBs are shown in hexadecimal.\n\n"
        "Example:\n"
        "  edo sql 'SELECT status, count(*) AS n FROM invocations GROUP BY status' --json");
  }

  void run(Output& out) override {
    if (sql_ == "-") sql_ = read_standard_input();
    storage::Database database =
        storage::open_store(store_, {.access = storage::Access::read_only});
    sqlite3* connection = database.handle().getHandle();
    sqlite3_set_authorizer(connection, only_reads, nullptr);
    const Statement statement = prepared(connection);
    const std::vector<std::string> names = names_of(statement.get());
    if (names.empty()) {  // a PRAGMA without an answer
      (void)step(statement.get());
    } else if (json_) {
      write_json(statement.get(), names, out);
    } else if (csv_) {
      write_csv(statement.get(), names, out);
    } else {
      write_table(statement.get(), names, out);
    }
  }

 private:
  [[nodiscard]] Statement prepared(sqlite3* connection) const {
    sqlite3_stmt* first = nullptr;
    const char* rest = nullptr;
    const int code = sqlite3_prepare_v2(connection, sql_.c_str(), -1, &first, &rest);
    Statement statement(first);
    if ((code & 0xff) == SQLITE_AUTH) {
      throw refused("it attaches a file, changes a setting or begins a transaction");
    }
    if (code != SQLITE_OK) throw failed(connection);
    if (!statement) throw UsageError("there is no statement to run");
    // Whatever follows must be empty: white space, comments and semicolons.
    while (*rest != '\0') {
      sqlite3_stmt* another = nullptr;
      const char* from = rest;
      const bool more = sqlite3_prepare_v2(connection, from, -1, &another, &rest) != SQLITE_OK ||
                        another != nullptr;
      sqlite3_finalize(another);
      if (more) throw refused("there are several statements; give one at a time");
    }
    if (sqlite3_stmt_readonly(statement.get()) == 0) throw refused("it would change the store");
    return statement;
  }

  [[nodiscard]] Error refused(std::string_view why) const {
    return {ErrorKind::refused,
            fmt::format("run SQL on {}: {}; edo sql only reads, with one statement", store_, why)};
  }

  [[nodiscard]] Error failed(sqlite3* connection) const {
    const std::string message = sqlite3_errmsg(connection);
    const int offset = sqlite3_error_offset(connection);
    if (offset < 0) {
      return {ErrorKind::invalid_argument, fmt::format("run SQL on {}: {}", store_, message)};
    }
    const std::string_view before =
        std::string_view(sql_).substr(0, static_cast<std::size_t>(offset));
    const auto line = std::count(before.begin(), before.end(), '\n') + 1;
    const std::size_t begin = before.rfind('\n') + 1;  // npos + 1 is 0
    return {ErrorKind::invalid_argument,
            fmt::format("run SQL on {}: {} (line {}, column {})", store_, message, line,
                        display_width(before.substr(begin)) + 1)};
  }

  // False at the end of the rows.
  [[nodiscard]] bool step(sqlite3_stmt* statement) const {
    const int code = sqlite3_step(statement);
    if (code != SQLITE_ROW && code != SQLITE_DONE) throw failed(sqlite3_db_handle(statement));
    return code == SQLITE_ROW;
  }

  void write_json(sqlite3_stmt* rows, const std::vector<std::string>& names, Output& out) const {
    out.write("[");
    for (std::string_view separator = "\n"; step(rows); separator = ",\n") {
      Json object = Json::object();
      for (std::size_t i = 0; i < names.size(); ++i) {
        object.emplace(names[i], json_of(rows, static_cast<int>(i)));
      }
      out.write(separator);
      out.write(dump(object));
    }
    out.write("\n]\n");
  }

  void write_csv(sqlite3_stmt* rows, const std::vector<std::string>& names, Output& out) const {
    std::string line;
    for (const auto& name : names) line.append(line.empty() ? "" : ",").append(csv_of(name));
    out.write(line.append("\n"));
    while (step(rows)) {
      line.clear();
      for (int i = 0; i < static_cast<int>(names.size()); ++i) {
        if (i > 0) line += ',';
        const int type = sqlite3_column_type(rows, i);
        if (type == SQLITE_NULL) continue;
        line +=
            type == SQLITE_BLOB ? json_of(rows, i).get<std::string>() : csv_of(text_of(rows, i));
      }
      out.write(line.append("\n"));
    }
  }

  void write_table(sqlite3_stmt* rows, const std::vector<std::string>& names, Output& out) const {
    bool begun = false;
    std::vector<Column> columns;
    for (const auto& name : names) columns.push_back({printable(name), false, true});
    std::optional<Table> table;
    while (step(rows)) {
      std::vector<Cell> cells;
      for (int i = 0; i < static_cast<int>(names.size()); ++i) {
        const int type = sqlite3_column_type(rows, i);
        const bool number = type == SQLITE_INTEGER || type == SQLITE_FLOAT;
        if (!begun) columns[static_cast<std::size_t>(i)].to_the_right = number;
        cells.push_back(cell_of(rows, i, type));
      }
      if (!begun) table.emplace(out, columns, TooWide::one_below_other);
      begun = true;
      table->add(std::move(cells));
    }
    if (!begun) table.emplace(out, columns, TooWide::one_below_other);
    table->finish();
  }

  static Cell cell_of(sqlite3_stmt* row, int column, int type) {
    if (type == SQLITE_NULL) return {"null", Tone::dim};
    if (type == SQLITE_BLOB) return {json_of(row, column).get<std::string>()};
    return {printable(text_of(row, column))};
  }

  std::string sql_;
  std::string store_ = kDefaultStore;
  bool json_ = false;
  bool csv_ = false;
};

}  // namespace

std::unique_ptr<Command> add_sql(CLI::App& program) {
  return std::make_unique<Sql>(
      program.add_subcommand("sql", "Run an SQL statement that only reads")->group(kLookGroup));
}

}  // namespace edo::cli
