// edo ls: lists invocations, events, jobs or logs, the newest first.
#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "base/time.hpp"
#include "storage/store.hpp"
#include "tools/edo/commands.hpp"
#include "tools/edo/ids.hpp"
#include "tools/edo/listing.hpp"
#include "tools/edo/rows.hpp"
#include "tools/program/option_values.hpp"
#include "tools/program/table.hpp"
#include "tools/program/text.hpp"

namespace edo::cli {
namespace {

// Must be the condition of the index invocations_failed, word for word.
constexpr std::string_view kInvocationFailed =
    "(i.status = 'failed' OR i.status = 'timeout' OR i.status = 'crashed')";

constexpr std::size_t kLinesTogether = 1000;
constexpr std::int64_t kLargestLimit = std::int64_t{1} << 53;

class Ls final : public Command {
 public:
  explicit Ls(CLI::App* options) : Command(options) {
    options->add_option("WHAT", what_, "invocations, events, jobs or logs")
        ->type_name("")
        ->capture_default_str();
    add_store_option(*options, store_);
    options->add_option("--status", status_, "Only rows with this status; for logs, this level")
        ->type_name("STATUS");
    options
        ->add_option("--since", since_,
                     "Only rows of invocations that started within this\n"
                     "duration (90s, 15m, 1h30m, 7d) or since this time in\n"
                     "UTC (2026-10-18, 2026-10-18T09:30:00Z)")
        ->type_name("DURATION|TIME");
    options->add_option("--function", function_, "Only invocations of this source function")
        ->type_name("NAME");
    options->add_option("--limit", limit_, "Rows at most; 0 lists all")
        ->type_name("N")
        ->capture_default_str()
        ->check(CLI::Range(std::int64_t{0}, kLargestLimit).description(""));
    add_json(*options, json_, "a JSON array with one object for each row");
    options->footer(std::string(kStatusHelp) +
                    "Ids are shortened, but edo show can still find them.\n\n"
                    "Examples:\n"
                    "  edo ls invocations --status failed --since 1h\n"
                    "  edo ls jobs --function orders --limit 5 --json");
  }

  int run(Output& out) override {
    const Listing& listing = listing_of(what_, status_);
    if (!since_.empty()) after_ = base::format_timestamp(time_of("--since", since_, now_));
    storage::Database database =
        storage::open_store(store_, {.access = storage::Access::read_only});
    try {
      json_ ? write_json(database, listing, out) : write_table(database, listing, out);
    } catch (const SQLite::Exception& failure) {
      throw database.error("read", failure);
    }
    return kDone;
  }

 private:
  [[nodiscard]] SQLite::Statement query(storage::Database& database, const Listing& listing,
                                        std::string_view columns) const {
    std::vector<std::string_view> conditions = {"true"};
    std::string status_condition;
    std::string_view from = listing.from;
    if (!status_.empty()) {
      status_condition = fmt::format("{} = :status", listing.status);
      conditions.push_back(status_condition);
      if (status_ == "running" || status_ == "detecting" || status_ == "handling") {
        conditions.push_back(listing.unfinished);
        from = listing.from_unfinished;
      } else if (listing.table == 0 && status_ != "completed") {
        conditions.push_back(kInvocationFailed);
      }
    }
    if (!since_.empty()) conditions.push_back("i.created_at >= :since");
    if (!function_.empty()) conditions.push_back("i.source_function = :function");
    SQLite::Statement statement(
        database.handle(),
        fmt::format("SELECT {} FROM {} WHERE {} ORDER BY {} LIMIT :limit", columns, from,
                    fmt::join(conditions, " AND "), listing.order));
    if (!status_.empty()) statement.bind(":status", status_);
    if (!since_.empty()) statement.bind(":since", after_);
    if (!function_.empty()) statement.bind(":function", function_);
    statement.bind(":limit", limit_ == 0 ? std::int64_t{-1} : limit_);
    return statement;
  }

  void write_json(storage::Database& database, const Listing& listing, Output& out) const {
    const tables::Table& table = tables::tables()[listing.table];
    SQLite::Statement rows = query(database, listing, select_list(table, listing.alias));
    out.write("[");
    for (std::string_view separator = "\n"; rows.executeStep(); separator = ",\n") {
      out.write(separator);
      out.write(dump(row_json(table, rows)));
    }
    out.write("\n]\n");
  }

  void write_table(storage::Database& database, const Listing& listing, Output& out) const {
    SQLite::Statement rows = query(database, listing, line_columns(listing));
    Table table(out, columns_of(listing), TooWide::cut_columns);
    std::size_t id_length = kShortestId;
    std::size_t count = 0;
    for (bool more = true; more;) {
      std::vector<Line> lines;
      while (lines.size() < kLinesTogether && (more = rows.executeStep())) {
        lines.push_back(read_line(rows));
      }
      std::vector<std::string> ids;
      for (const auto& each : lines) ids.push_back(each.id);
      id_length = std::max(id_length, unique_length(database, listing.table, ids));
      for (const auto& each : lines) {
        table.add(cells_of(listing, each, id_length, started(each)));
      }
      count += lines.size();
    }
    if (count > 0) {
      table.finish();
    } else {
      const bool filtered = !status_.empty() || !since_.empty() || !function_.empty();
      out.say("No {} {}.\n", what_, filtered ? "match" : "yet");
    }
  }

  [[nodiscard]] std::string started(const Line& line) const {
    const auto time = base::parse_timestamp(line.created_at);
    return time ? age_text(*time, now_) : printable(line.created_at);
  }

  const base::Micros now_ = base::Clock::system().now();
  std::string what_ = "invocations";
  std::string store_ = kDefaultStore;
  std::string status_;
  std::string since_;
  std::string after_;
  std::string function_;
  std::int64_t limit_ = 20;
  bool json_ = false;
};

}  // namespace

std::unique_ptr<Command> add_ls(CLI::App& program) {
  return std::make_unique<Ls>(
      program.add_subcommand("ls", "List invocations, events, jobs or logs")->group(kLookGroup));
}

}  // namespace edo::cli
