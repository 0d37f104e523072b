// edo-replicator status: shows pending changes and findings.
#include <fmt/format.h>

#include <memory>
#include <nlohmann/json.hpp>
#include <optional>

#include "base/time.hpp"
#include "edo/error.hpp"
#include "replicator/postgres/migrations.hpp"
#include "replicator/status/central_database.hpp"
#include "replicator/status/store.hpp"
#include "tools/edo-replicator/commands.hpp"
#include "tools/edo-replicator/findings.hpp"
#include "tools/program/table.hpp"
#include "tools/program/text.hpp"

namespace edo::cli {
namespace {

using nlohmann::json;

struct Flags {
  std::vector<std::string> stores;
  std::string url;
  std::string schema;
  std::string silent_after = "1h";
  bool json = false;
};

// A store that was named on the command line.
struct Named {
  std::string path;
  std::string error;  // why it cannot be read, or empty
  status::StoreStatus here;
};

// The answer of the central database.
struct Asked {
  std::string error;  // empty: it answered
  std::string encoding;
  status::CentralDatabase central;
};

Named read(const std::string& path) {
  Named store{path, {}, {}};
  try {
    store.here = status::read_store(path);
  } catch (const Error& error) {
    store.error = error.what();
  }
  return store;
}

Asked ask(const postgres::Target& target, const Flags& flags, const std::vector<Named>& stores) {
  std::optional<std::vector<std::string>> ids;
  if (!flags.stores.empty()) ids.emplace();
  for (const auto& store : stores) {
    if (store.error.empty()) ids->push_back(store.here.info.store_id);
  }
  Asked asked;
  try {
    postgres::Connection connection(target);
    postgres::use_schema(connection, flags.schema);
    asked.encoding = postgres::encoding_of(connection);
    asked.central = status::ask(connection, ids);
  } catch (const Error& error) {
    asked.error = error.what();
  }
  return asked;
}

// Findings about the central database itself.
Findings findings_about(const Asked& asked, const postgres::Target& target) {
  if (!asked.error.empty()) return {asked.error};
  if (asked.encoding == "UTF8") return {};
  return {
      fmt::format("{}: the database's encoding is {}, which cannot hold all telemetry; move to a "
                  "database created with createdb --encoding=UTF8 --template=template0",
                  target.label(), asked.encoding)};
}

// Findings about the store.
Findings findings_about(const Named& store, const Asked* asked, base::Micros silent_after) {
  if (!store.error.empty()) return {store.error};
  if (asked == nullptr || !asked->error.empty()) {
    const auto healing = describe(store.here.healing);
    return healing.empty() ? Findings{} : Findings{store.path + ": " + healing};
  }
  return store_findings(store.path, store.here, asked->central, silent_after);
}

json seconds(std::optional<base::Micros> span) {
  return span ? json(static_cast<double>(*span) / 1e6) : json();
}

template <typename Value>
json or_null(const std::optional<Value>& value) {
  return value ? json(*value) : json();
}

json as_json(const status::KnownStore& store, const status::CentralDatabase& central) {
  const status::Heard heard = store.heard.value_or(status::Heard{});
  json answer = {{"store_id", store.store_id},
                 {"host_label", nullptr},
                 {"last_seq", nullptr},
                 {"reached_seq", or_null(store.reached)},
                 {"last_seen_at", nullptr},
                 {"silent_seconds", nullptr},
                 {"contact_interval_seconds", nullptr},
                 {"sent_at", or_null(heard.sent_at)},
                 {"pending_changes", or_null(heard.pending_changes)},
                 {"dead_letters", nullptr},
                 {"inbox", nullptr}};
  if (store.heard) {
    answer["host_label"] = heard.host_label;
    answer["last_seq"] = heard.last_seq;
    answer["last_seen_at"] = heard.last_seen_at;
    answer["silent_seconds"] = seconds(heard.silence);
    if (heard.interval) answer["contact_interval_seconds"] = seconds(*heard.interval);
  }
  if (central.reads("replication_dead_letters")) {
    const auto& [count, newest, newest_at] = store.dead_letters;
    answer["dead_letters"] = {{"count", count}, {"newest", nullptr}, {"newest_at", nullptr}};
    if (count > 0) answer["dead_letters"].update({{"newest", newest}, {"newest_at", newest_at}});
  }
  if (central.reads("replication_inbox")) {
    answer["inbox"] = {{"pending", store.inbox.pending},
                       {"failed", store.inbox.failed},
                       {"oldest_pending_seconds", seconds(store.inbox.oldest_pending)},
                       {"newest_error", nullptr}};
    if (store.inbox.failed > 0) answer["inbox"]["newest_error"] = store.inbox.newest_error;
  }
  return answer;
}

json as_json(const std::optional<tables::Healing>& healing) {
  if (!healing) return nullptr;
  return {{"reason", tables::to_string(healing->reason)},
          {"began_at", healing->began_at},
          {"after_seq", healing->after_seq},
          {"until_seq", healing->until_seq},
          {"compared", healing->compared},
          {"queued", healing->queued}};
}

json as_json(const std::optional<tables::Lost>& lost) {
  if (!lost) return nullptr;
  return {{"started_after", or_null(lost->after)}, {"started_until", lost->until}};
}

json as_json(const Named& store, const Asked* asked) {
  if (!store.error.empty()) return {{"store", store.path}, {"error", store.error}};
  const auto& here = store.here;
  json answer = {{"store", store.path},
                 {"store_id", here.info.store_id},
                 {"host_label", here.info.host_label},
                 {"pending_changes", here.pending_changes},
                 {"pending_rows", here.pending_rows},
                 {"pending_bytes", here.pending_bytes},
                 {"oldest_pending_seconds", seconds(here.oldest_pending)},
                 {"watermark", here.watermark},
                 {"newest_seq", here.newest},
                 {"healing", as_json(here.healing)},
                 {"lost", as_json(here.lost)},
                 {"store_bytes", here.store_bytes},
                 {"wal_bytes", here.wal_bytes},
                 {"central_database", nullptr}};
  if (asked == nullptr) return answer;
  if (const auto* there = asked->central.find(here.info.store_id)) {
    answer["central_database"] = as_json(*there, asked->central);
  }
  return answer;
}

// LAST SEEN, DEAD LETTERS and INBOX of a store that the central database may not even know.
std::vector<std::string> central_cells(const status::KnownStore* store,
                                       const status::CentralDatabase& central) {
  const status::KnownStore known = store == nullptr ? status::KnownStore{} : *store;
  const std::string seen = !central.reads("replication_stores") ? "?"
                           : known.heard ? coarse_duration_text(known.heard->silence) + " ago"
                                         : "never";
  std::string inbox = grouped(known.inbox.pending);
  if (known.inbox.failed > 0) inbox += fmt::format(" + {} failed", grouped(known.inbox.failed));
  return {
      seen,
      central.reads("replication_dead_letters") ? grouped(known.dead_letters.count) : "?",
      central.reads("replication_inbox") ? inbox : "?",
  };
}

constexpr std::size_t kWidestName = 44;

// A table whose first column is a name and whose other columns are numbers.
class StatusTable {
 public:
  StatusTable(Output& out, const std::vector<std::string>& titles, bool with_central)
      : ellipsis_(out.ellipsis()), table_(out, columns(titles, with_central), TooWide::wrap) {}

  void add(std::string name, const std::vector<std::string>& values) {
    std::vector<Cell> row = {{shorten_front(one_line(name), kWidestName, ellipsis_)}};
    for (const auto& value : values) row.push_back({one_line(value)});
    table_.add(std::move(row));
  }
  void finish() { table_.finish(); }

 private:
  static std::vector<Column> columns(std::vector<std::string> titles, bool with_central) {
    if (with_central) titles.insert(titles.end(), {"LAST SEEN", "DEAD LETTERS", "INBOX"});
    std::vector<Column> columns;
    for (auto& title : titles) columns.push_back({std::move(title), !columns.empty()});
    return columns;
  }

  const std::string_view ellipsis_;
  Table table_;
};

void append(std::vector<std::string>& row, const std::vector<std::string>& cells) {
  row.insert(row.end(), cells.begin(), cells.end());
}

void print(const std::vector<Named>& stores, const Asked* asked, Output& out) {
  const bool answered = asked != nullptr && asked->error.empty();
  StatusTable table(out, {"STORE", "ROWS", "CHANGES", "BYTES", "OLDEST", "FILE", "WAL"}, answered);
  for (const auto& [path, error, here] : stores) {
    if (!error.empty()) continue;
    std::vector<std::string> values = {
        grouped(here.pending_rows),
        grouped(here.pending_changes),
        bytes_text(static_cast<double>(here.pending_bytes)),
        here.oldest_pending ? coarse_duration_text(*here.oldest_pending) : "-",
        bytes_text(static_cast<double>(here.store_bytes)),
        bytes_text(static_cast<double>(here.wal_bytes))};
    if (answered) {
      append(values, central_cells(asked->central.find(here.info.store_id), asked->central));
    }
    table.add(path, values);
  }
  table.finish();
}

std::string name_of(const status::KnownStore& store) {
  if (!store.heard) return store.store_id;
  return one_line(store.heard->host_label) + " (" + store.store_id + ")";
}

void print(const status::CentralDatabase& central, Output& out) {
  StatusTable table(out, {"HOST", "STORE", "CHANGES"}, true);
  for (const auto& store : central.stores) {
    const status::Heard heard = store.heard.value_or(status::Heard{"?", 0, {}, 0, {}, {}, {}});
    std::vector<std::string> values = {
        store.store_id, heard.pending_changes ? grouped(*heard.pending_changes) : "?"};
    append(values, central_cells(&store, central));
    table.add(heard.host_label, values);
  }
  table.finish();
}

// Prints the answer and the findings, and returns the exit code.
int conclude(const Flags& flags, json stores, const Asked* asked, const Findings& findings,
             Output& out) {
  if (flags.json) {
    json answer = {{"stores", std::move(stores)}, {"central_database_error", nullptr}};
    if (asked != nullptr) {
      if (!asked->error.empty()) answer["central_database_error"] = asked->error;
      answer["unreadable"] = asked->central.unreadable;
    }
    out.write_json(answer);
  }
  if (asked != nullptr && !asked->central.unreadable.empty()) {
    out.complain(
        "this user cannot read {}, so the output omits it; GRANT edo_reader "
        "to the user",
        fmt::join(asked->central.unreadable, ", "));
  }
  for (const auto& what : findings) out.complain("{}", what);
  return findings.empty() ? kDone : kFailed;
}

int show_stores(const Flags& flags, const std::optional<postgres::Target>& target,
                base::Micros silent_after, Output& out) {
  std::vector<Named> stores;
  for (const auto& path : stores_in(flags.stores)) stores.push_back(read(path));
  std::optional<Asked> asked;
  if (target) asked = ask(*target, flags, stores);
  const Asked* const answer = asked ? &*asked : nullptr;
  Findings findings = asked ? findings_about(*asked, *target) : Findings{};
  auto list = json::array();
  for (const auto& store : stores) {
    const auto own = findings_about(store, answer, silent_after);
    list.push_back(as_json(store, answer));
    list.back()["findings"] = own;
    findings.insert(findings.end(), own.begin(), own.end());
  }
  if (!flags.json) print(stores, answer, out);
  return conclude(flags, std::move(list), answer, findings, out);
}

int show_central_database(const Flags& flags, const postgres::Target& target,
                          base::Micros silent_after, Output& out) {
  const Asked asked = ask(target, flags, {});
  Findings findings = findings_about(asked, target);
  auto list = json::array();
  for (const auto& store : asked.central.stores) {
    // An idle edge sends heartbeats, so silence is always a finding.
    const auto own = central_findings(name_of(store), store, true, silent_after);
    list.push_back(as_json(store, asked.central));
    list.back()["findings"] = own;
    findings.insert(findings.end(), own.begin(), own.end());
  }
  if (!flags.json && asked.error.empty()) print(asked.central, out);
  return conclude(flags, std::move(list), &asked, findings, out);
}

int show(const Flags& flags, Output& out) {
  const auto silent_after = duration_of("--silent-after", flags.silent_after);
  std::optional<postgres::Target> target;
  if (!flags.url.empty()) target = as_target(flags.url);
  if (!flags.stores.empty()) return show_stores(flags, target, silent_after, out);
  if (!target) throw CLI::RequiredError("--store or --to");
  return show_central_database(flags, *target, silent_after, out);
}

class Status final : public Command {
 public:
  explicit Status(CLI::App* options) : Command(options) {
    add_stores(*options, flags_.stores);
    add_target(*options, flags_.url);
    add_schema(*options, flags_.schema);
    options
        ->add_option("--silent-after", flags_.silent_after,
                     "Report a store that has been silent for longer, and for longer than three "
                     "times its usual interval")
        ->type_name("DURATION")
        ->capture_default_str();
    add_json(*options, flags_.json);
    options->footer(
        "With --store: ROWS and CHANGES are pending in the store, BYTES is an estimate of\n"
        "their size, and OLDEST is the age of the oldest change. Pending rows alone are not a\n"
        "problem. With --to alone: lists all stores that the central database knows, the\n"
        "longest silent first, with the number of pending CHANGES that each store reported\n"
        "last. Exits with 1 if there are findings, which go to standard error: a store that\n"
        "cannot be read, a central database that is unreachable or has lost acknowledged\n"
        "changes, dead letters, batches in the inbox that cannot be applied or that nobody\n"
        "applies, and silent stores.\n\n"
        "Example:\n"
        "  edo-replicator status --store telemetry.db --to "
        "postgresql://reader@db.example.com/telemetry\n"
        "  edo-replicator status --to postgresql://reader@db.example.com/telemetry --silent-after "
        "1d");
  }

  int run(Output& out) override { return show(flags_, out); }

 private:
  Flags flags_;
};

}  // namespace

std::unique_ptr<Command> add_status(CLI::App& program) {
  return std::make_unique<Status>(
      program.add_subcommand("status", "Show pending changes and findings"));
}

}  // namespace edo::cli
