// edo-replicator verify: compares every row of the stores with the central database.
#include <fmt/format.h>

#include <memory>
#include <nlohmann/json.hpp>
#include <optional>

#include "base/time.hpp"
#include "edo/error.hpp"
#include "replicator/postgres/migrations.hpp"
#include "replicator/status/central_database.hpp"
#include "replicator/verify/verify.hpp"
#include "storage/store.hpp"
#include "tools/edo-replicator/commands.hpp"
#include "tools/program/progress.hpp"
#include "tools/program/text.hpp"

namespace edo::cli {
namespace {

struct Flags {
  std::vector<std::string> stores;
  std::string url;
  std::string schema;
  std::string since;
  std::string until;
  std::size_t examples = verify::Options{}.examples;
  bool json = false;
};

nlohmann::json as_json(const verify::Fault& fault) {
  auto columns = nlohmann::json::object();
  for (const auto& difference : fault.columns) {
    columns[difference.column] = {{"here", difference.here}, {"there", difference.there}};
  }
  nlohmann::json json = {{"id", fault.id}, {"what", to_string(fault.kind)}, {"columns", columns}};
  if (!fault.error.empty()) json["error"] = fault.error;
  return json;
}

// Batches of the store that are still in the inbox; nothing if the user may not read it.
std::optional<status::Inbox> inbox_of(const std::string& store, postgres::Connection& connection) {
  auto database = storage::open_store(store, {});
  const std::string id = storage::store_info(database).store_id;
  const auto central = status::ask(connection, std::vector<std::string>{id});
  if (!central.reads("replication_inbox")) return std::nullopt;
  const auto* known = central.find(id);
  return known == nullptr ? status::Inbox{} : known->inbox;
}

nlohmann::json as_json(const std::string& store, const verify::Report& report,
                       const std::optional<status::Inbox>& inbox) {
  auto tables = nlohmann::json::object();
  for (std::size_t i = 0; i < report.tables.size(); ++i) {
    const auto& table = report.tables[i];
    auto examples = nlohmann::json::array();
    for (const auto& fault : table.examples) examples.push_back(as_json(fault));
    tables[std::string(tables::tables()[i].name)] = {
        {"equal", table.equal},
        {"pending", table.pending},
        {"dead_letters", table.dead_letters},
        {"missing", table.missing},
        {"different", table.different},
        {"removed", table.removed},
        {"examples", examples},
        {"only_in_central_database", table.only_central},
        {"only_in_central_database_ids", table.only_central_ids}};
  }
  nlohmann::json json = {
      {"store", store}, {"all_equal", report.all_equal()}, {"inbox", nullptr}, {"tables", tables}};
  if (inbox) json["inbox"] = {{"pending", inbox->pending}, {"failed", inbox->failed}};
  return json;
}

void print_faults(std::string_view name, const verify::TableReport& table, Output& out) {
  for (const auto& fault : table.examples) {
    out.say("  {} {}: {}{}\n", name, fault.id, to_string(fault.kind),
            fault.error.empty()
                ? ""
                : ", and the central database cannot read it: " + one_line(fault.error));
    for (const auto& difference : fault.columns) {
      out.say("      {}: here {}, there {}\n", difference.column, one_line(difference.here),
              one_line(difference.there));
    }
  }
  for (const auto& id : table.only_central_ids) {
    out.say("  {} {}: only in the central database\n", name, id);
  }
}

void print(const std::string& store, const std::string& central, const verify::Report& report,
           Output& out) {
  constexpr const char* kLine = "  {:<18}{:>14}{:>14}{:>14}{:>11}{:>11}{:>16}\n";
  out.say("{} against {}\n", store, central);
  out.say(kLine, "", "equal", "not shipped", "dead letters", "missing", "different",
          "only central");
  for (std::size_t i = 0; i < report.tables.size(); ++i) {
    const auto& table = report.tables[i];
    out.say(kLine, tables::tables()[i].name, grouped(table.equal), grouped(table.pending),
            grouped(table.dead_letters), grouped(table.missing), grouped(table.different),
            grouped(table.only_central));
  }
  for (std::size_t i = 0; i < report.tables.size(); ++i) {
    print_faults(tables::tables()[i].name, report.tables[i], out);
  }
  const auto total = report.total();
  if (total.removed > 0) {
    out.say("{} removed in the central database by its retention\n",
            counted(total.removed, "row was", "rows were"));
  }
  if (report.all_equal()) {
    out.say("every {}row is in the central database, equal: {}\n",
            total.removed > 0 ? "other " : "", rows_text(total.equal));
  }
}

// What is wrong with one store, in one line; empty if nothing is.
std::string complaint(const std::string& store, const verify::Report& report,
                      const status::Inbox& inbox) {
  if (report.all_equal()) return "";
  const auto total = report.total();
  std::vector<std::string> what;
  // This comes first, since these batches may have all missing rows.
  if (inbox.pending > 0) {
    what.push_back(
        fmt::format("{} in the central inbox; run edo-replicator apply --once, then verify again",
                    counted(inbox.pending, "batch waits", "batches wait")));
  }
  if (inbox.failed > 0) {
    what.push_back(fmt::format(
        "{} in the central inbox cannot be applied; run edo-replicator status, which says why",
        counted(inbox.failed, "batch", "batches")));
  }
  if (total.missing > 0 || total.different > 0) {
    what.push_back(fmt::format(
        "{} missing in the central database and {} different{}",
        counted(total.missing, "row is", "rows are"), counted(total.different, "is", "are"),
        inbox.pending + inbox.failed > 0 ? "" : "; run edo-replicator reship, then run --once"));
  }
  if (total.dead_letters > 0) {
    what.push_back(
        fmt::format("{}; correct the rows in the store or run edo-replicator requeue",
                    counted(total.dead_letters, "row is a dead letter", "rows are dead letters")));
  }
  if (total.pending > 0) {
    what.push_back(fmt::format("{} not shipped yet; run edo-replicator run --once",
                               counted(total.pending, "row is", "rows are")));
  }
  return what.empty() ? "" : fmt::format("{}: {}", store, fmt::join(what, "; "));
}

int verify_stores(const Flags& flags, Output& out) {
  const postgres::Target target = as_target(flags.url);
  const auto now = base::Clock::system().now();
  verify::Period period;
  if (!flags.since.empty())
    period.since = base::format_timestamp(time_of("--since", flags.since, now));
  if (!flags.until.empty())
    period.until = base::format_timestamp(time_of("--until", flags.until, now));
  int code = kDone;
  auto answer = nlohmann::json::array();
  StatusLine line(out);
  for (const auto& store : stores_in(flags.stores)) {
    postgres::Connection connection(target);
    postgres::use_schema(connection, flags.schema);
    verify::Options options;
    options.examples = flags.examples;
    options.period = period;
    options.on_progress = [&](std::int64_t rows) {
      line.show(fmt::format("{}: {} compared", store, rows_text(rows)));
    };
    const auto report = verify::verify(store, connection, options);
    line.clear();
    const auto inbox = inbox_of(store, connection);
    answer.push_back(as_json(store, report, inbox));
    if (!flags.json) print(store, target.label(), report, out);
    const auto what = complaint(store, report, inbox.value_or(status::Inbox{}));
    if (what.empty()) continue;
    out.complain("{}", what);
    code = kFailed;
  }
  if (flags.json) out.write_json(nlohmann::json({{"stores", answer}}));
  return code;
}

class Verify final : public Command {
 public:
  explicit Verify(CLI::App* options) : Command(options) {
    auto* stores = add_stores(*options, flags_.stores);
    auto* target = add_target(*options, flags_.url);
    add_schema(*options, flags_.schema);
    options
        ->add_option(
            "--since", flags_.since,
            "Only rows started within this duration (2d), or since this time\nin UTC (2026-10-18)")
        ->type_name("DURATION|TIME");
    options->add_option("--until", flags_.until, "Only rows started before, in the same form")
        ->type_name("DURATION|TIME");
    options->add_option("--examples", flags_.examples, "Rows of each kind to show for each table")
        ->type_name("N")
        ->capture_default_str();
    add_json(*options, flags_.json);
    options->footer(
        "Exits with 0 if every row is in the central database and equal; with 1 if rows are\n"
        "missing, different, dead letters or not shipped yet. Rows that exist only in the\n"
        "central database are reported, but are not a failure: they were deleted here. The\n"
        "same holds for rows that prune() has removed there.\n\n"
        "Example:\n"
        "  edo-replicator verify --store telemetry.db --to "
        "postgresql://reader@db.example.com/telemetry");
    require({stores, target});
  }

  int run(Output& out) override { return verify_stores(flags_, out); }

 private:
  Flags flags_;
};

}  // namespace

std::unique_ptr<Command> add_verify(CLI::App& program) {
  return std::make_unique<Verify>(program.add_subcommand(
      "verify", "Compare every row of the stores with the central database"));
}

}  // namespace edo::cli
