// edo sql: runs one statement that only reads.
#include <fmt/format.h>
#include <sqlite3.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <memory>
#include <optional>

#include "query/reading.hpp"
#include "storage/store.hpp"
#include "tools/edo/commands.hpp"
#include "tools/edo/rows.hpp"
#include "tools/program/table.hpp"
#include "tools/program/text.hpp"

namespace edo::cli {
namespace {

constexpr std::size_t kLongestSql = std::size_t{1} << 20;

std::string read_standard_input() {
  std::string text;
  std::array<char, 65536> buffer;
  while (const std::size_t count = std::fread(buffer.data(), 1, buffer.size(), stdin)) {
    text.append(buffer.data(), count);
    if (text.size() > kLongestSql) throw UsageError("the statement is longer than 1 MiB");
  }
  return text;
}

// RFC 4180, and as in PostgreSQL an empty field is null, and "" is an empty text.
std::string csv_of(std::string_view text) {
  if (!text.empty() && text.find_first_of(",\"\r\n") == std::string_view::npos) {
    return std::string(text);
  }
  std::string quoted = "\"";
  for (const char c : text) quoted.append(c == '"' ? 2 : 1, c);
  return quoted + '"';
}

class Sql final : public Command {
 public:
  explicit Sql(CLI::App* options) : Command(options) {
    options->add_option("SQL", sql_, "One statement; - reads it from standard input")
        ->type_name("")
        ->required();
    add_store_option(*options, store_);
    auto* json = add_json(*options, json_, "a JSON array with one object for each row");
    options->add_flag("--csv", csv_, "Write CSV with a header line")->excludes(json);
    options->footer(
        "The store is opened read-only, and what would write, attach another file or change a\n"
        "setting is refused. BLOBs are shown in hexadecimal.\n\n"
        "Example:\n"
        "  edo sql 'SELECT status, count(*) AS n FROM invocations GROUP BY status' --json");
  }

  int run(Output& out) override {
    if (sql_ == "-") sql_ = read_standard_input();
    storage::Database database =
        storage::open_store(store_, {.access = storage::Access::read_only});
    query::Reading reading(database, sql_);
    if (reading.is_empty()) throw UsageError("the SQL statement is empty");
    if (reading.names().empty()) {  // a PRAGMA without an answer
      (void)reading.next();
    } else if (json_) {
      write_json(reading, out);
    } else if (csv_) {
      write_csv(reading, out);
    } else {
      write_table(reading, out);
    }
    return kDone;
  }

 private:
  void write_json(query::Reading& reading, Output& out) const {
    out.write("[");
    for (std::string_view separator = "\n"; reading.next(); separator = ",\n") {
      Json object = Json::object();
      for (std::size_t i = 0; i < reading.names().size(); ++i) {
        object.emplace(reading.names()[i], reading.json(static_cast<int>(i)));
      }
      out.write(separator);
      out.write(dump(object));
    }
    out.write("\n]\n");
  }

  void write_csv(query::Reading& reading, Output& out) const {
    std::string line;
    for (const auto& name : reading.names())
      line.append(line.empty() ? "" : ",").append(csv_of(name));
    out.write(line.append("\n"));
    while (reading.next()) {
      line.clear();
      for (int i = 0; i < static_cast<int>(reading.names().size()); ++i) {
        if (i > 0) line += ',';
        const int type = reading.type(i);
        if (type == SQLITE_NULL) continue;
        line += type == SQLITE_BLOB ? reading.json(i).get<std::string>() : csv_of(reading.text(i));
      }
      out.write(line.append("\n"));
    }
  }

  void write_table(query::Reading& reading, Output& out) const {
    bool begun = false;
    std::vector<Column> columns;
    for (const auto& name : reading.names()) columns.push_back({printable(name), false, true});
    std::optional<Table> table;
    while (reading.next()) {
      std::vector<Cell> cells;
      for (int i = 0; i < static_cast<int>(reading.names().size()); ++i) {
        const int type = reading.type(i);
        const bool number = type == SQLITE_INTEGER || type == SQLITE_FLOAT;
        if (!begun) columns[static_cast<std::size_t>(i)].to_the_right = number;
        cells.push_back(cell_of(reading, i, type));
      }
      if (!begun) table.emplace(out, columns, TooWide::one_below_other);
      begun = true;
      table->add(std::move(cells));
    }
    if (!begun) table.emplace(out, columns, TooWide::one_below_other);
    table->finish();
  }

  static Cell cell_of(const query::Reading& reading, int column, int type) {
    if (type == SQLITE_NULL) return {"null", Tone::dim};
    if (type == SQLITE_BLOB) return {reading.json(column).get<std::string>()};
    return {printable(reading.text(column))};
  }

  std::string sql_;
  std::string store_ = kDefaultStore;
  bool json_ = false;
  bool csv_ = false;
};

}  // namespace

std::unique_ptr<Command> add_sql(CLI::App& program) {
  return std::make_unique<Sql>(
      program.add_subcommand("sql", "Run a read-only SQL statement")->group(kLookGroup));
}

}  // namespace edo::cli
