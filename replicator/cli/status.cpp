// edo-replicator status: how far behind is the centre, and does anybody have to look?
#include <fmt/format.h>

#include <memory>
#include <nlohmann/json.hpp>
#include <optional>

#include "base/time.hpp"
#include "edo/error.hpp"
#include "replicator/cli/command.hpp"
#include "replicator/cli/concerns.hpp"
#include "replicator/cli/streams.hpp"
#include "replicator/cli/table.hpp"
#include "replicator/postgres/migrations.hpp"
#include "replicator/status/centre.hpp"
#include "replicator/status/store.hpp"

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

// What asking the centre came to.
struct Asked {
  std::string error;  // empty: it answered
  std::string encoding;
  status::Centre centre;
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
    asked.centre = status::ask(connection, ids);
  } catch (const Error& error) {
    asked.error = error.what();
  }
  return asked;
}

// Why a person should look at the centre itself.
Concerns concerns_about(const Asked& asked, const postgres::Target& target) {
  if (!asked.error.empty()) return {asked.error};
  if (asked.encoding == "UTF8") return {};
  return {
      fmt::format("{}: the database's encoding is {}, which cannot hold all telemetry; move to a "
                  "database created with createdb --encoding=UTF8 --template=template0",
                  target.label(), asked.encoding)};
}

// Why a person should look at the store.
Concerns concerns_about(const Named& store, const Asked* asked, base::Micros silent_after) {
  if (!store.error.empty()) return {store.error};
  if (asked == nullptr || !asked->error.empty()) {
    const auto healing = describe(store.here.healing);
    return healing.empty() ? Concerns{} : Concerns{store.path + ": " + healing};
  }
  return concerns_of(store.path, store.here, asked->centre, silent_after);
}

json seconds(std::optional<base::Micros> span) {
  return span ? json(static_cast<double>(*span) / 1e6) : json();
}

template <typename Value>
json or_null(const std::optional<Value>& value) {
  return value ? json(*value) : json();
}

json as_json(const status::KnownStore& store, const status::Centre& centre) {
  const status::Heard heard = store.heard.value_or(status::Heard{});
  json answer = {{"store_id", store.store_id},
                 {"host_label", nullptr},
                 {"last_seq", nullptr},
                 {"reached_seq", or_null(store.reached)},
                 {"last_seen_at", nullptr},
                 {"silent_seconds", nullptr},
                 {"sent_at", or_null(heard.sent_at)},
                 {"pending_changes", or_null(heard.pending_changes)},
                 {"dead_letters", nullptr},
                 {"inbox", nullptr}};
  if (store.heard) {
    answer["host_label"] = heard.host_label;
    answer["last_seq"] = heard.last_seq;
    answer["last_seen_at"] = heard.last_seen_at;
    answer["silent_seconds"] = seconds(heard.silence);
  }
  if (centre.reads("replication_dead_letters")) {
    const auto& [count, newest, newest_at] = store.dead_letters;
    answer["dead_letters"] = {{"count", count}, {"newest", nullptr}, {"newest_at", nullptr}};
    if (count > 0) answer["dead_letters"].update({{"newest", newest}, {"newest_at", newest_at}});
  }
  if (centre.reads("replication_inbox")) {
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
          {"looked_at", healing->looked_at},
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
                 {"centre", nullptr}};
  if (asked == nullptr) return answer;
  if (const auto* there = asked->centre.find(here.info.store_id)) {
    answer["centre"] = as_json(*there, asked->centre);
  }
  return answer;
}

// LAST SEEN, DEAD LETTERS and INBOX of a store that the centre may not even know.
std::vector<std::string> centre_cells(const status::KnownStore* store,
                                      const status::Centre& centre) {
  const status::KnownStore known = store == nullptr ? status::KnownStore{} : *store;
  const std::string seen = !centre.reads("replication_stores") ? "?"
                           : known.heard ? span_text(known.heard->silence) + " ago"
                                         : "never";
  std::string inbox = grouped(known.inbox.pending);
  if (known.inbox.failed > 0) inbox += fmt::format(" + {} failed", grouped(known.inbox.failed));
  return {
      seen,
      centre.reads("replication_dead_letters") ? grouped(known.dead_letters.count) : "?",
      centre.reads("replication_inbox") ? inbox : "?",
  };
}

const std::vector<std::string> kCentreHeadings = {"LAST SEEN", "DEAD LETTERS", "INBOX"};

void append(std::vector<std::string>& row, const std::vector<std::string>& cells) {
  row.insert(row.end(), cells.begin(), cells.end());
}

void print(const std::vector<Named>& stores, const Asked* asked) {
  const bool answered = asked != nullptr && asked->error.empty();
  TableRows rows = {{"STORE", "ROWS", "CHANGES", "BYTES", "OLDEST", "FILE", "WAL"}};
  if (answered) append(rows.front(), kCentreHeadings);
  for (const auto& [path, error, here] : stores) {
    if (!error.empty()) continue;
    rows.push_back({path, grouped(here.pending_rows), grouped(here.pending_changes),
                    bytes_text(static_cast<double>(here.pending_bytes)),
                    here.oldest_pending ? span_text(*here.oldest_pending) : "-",
                    bytes_text(static_cast<double>(here.store_bytes)),
                    bytes_text(static_cast<double>(here.wal_bytes))});
    if (!answered) continue;
    append(rows.back(), centre_cells(asked->centre.find(here.info.store_id), asked->centre));
  }
  print_table(rows);
}

std::string name_of(const status::KnownStore& store) {
  if (!store.heard) return store.store_id;
  return plain(store.heard->host_label) + " (" + store.store_id + ")";
}

void print(const status::Centre& centre) {
  TableRows rows = {{"HOST", "STORE", "CHANGES"}};
  append(rows.front(), kCentreHeadings);
  for (const auto& store : centre.stores) {
    const status::Heard heard = store.heard.value_or(status::Heard{"?", 0, {}, 0, {}, {}});
    rows.push_back({heard.host_label, store.store_id,
                    heard.pending_changes ? grouped(*heard.pending_changes) : "?"});
    append(rows.back(), centre_cells(&store, centre));
  }
  print_table(rows);
}

// Answers, tells what is of concern, and returns the exit code.
int conclude(const Flags& flags, json stores, const Asked* asked, const Concerns& concerns) {
  if (flags.json) {
    json answer = {{"stores", std::move(stores)}, {"centre_error", nullptr}};
    if (asked != nullptr) {
      if (!asked->error.empty()) answer["centre_error"] = asked->error;
      answer["unreadable"] = asked->centre.unreadable;
    }
    say_json(answer);
  }
  if (asked != nullptr && !asked->centre.unreadable.empty()) {
    complain(
        "edo-replicator status: this user cannot read {}, so the output omits it; GRANT edo_reader "
        "to the user",
        fmt::join(asked->centre.unreadable, ", "));
  }
  for (const auto& what : concerns) complain("edo-replicator status: {}", what);
  return concerns.empty() ? kDone : kFailed;
}

int show_stores(const Flags& flags, const std::optional<postgres::Target>& target,
                base::Micros silent_after) {
  std::vector<Named> stores;
  for (const auto& path : stores_in(flags.stores)) stores.push_back(read(path));
  std::optional<Asked> asked;
  if (target) asked = ask(*target, flags, stores);
  const Asked* const answer = asked ? &*asked : nullptr;
  Concerns concerns = asked ? concerns_about(*asked, *target) : Concerns{};
  auto list = json::array();
  for (const auto& store : stores) {
    const auto own = concerns_about(store, answer, silent_after);
    list.push_back(as_json(store, answer));
    list.back()["concerns"] = own;
    concerns.insert(concerns.end(), own.begin(), own.end());
  }
  if (!flags.json) print(stores, answer);
  return conclude(flags, std::move(list), answer, concerns);
}

int show_centre(const Flags& flags, const postgres::Target& target, base::Micros silent_after) {
  const Asked asked = ask(target, flags, {});
  Concerns concerns = concerns_about(asked, target);
  auto list = json::array();
  for (const auto& store : asked.centre.stores) {
    // An edge that has nothing to send says so, so silence is never what is expected.
    const auto own = concerns_at_centre(name_of(store), store, true, silent_after);
    list.push_back(as_json(store, asked.centre));
    list.back()["concerns"] = own;
    concerns.insert(concerns.end(), own.begin(), own.end());
  }
  if (!flags.json && asked.error.empty()) print(asked.centre);
  return conclude(flags, std::move(list), &asked, concerns);
}

int show(const Flags& flags) {
  const auto silent_after = span_of("--silent-after", flags.silent_after);
  std::optional<postgres::Target> target;
  if (!flags.url.empty()) target = as_target(flags.url);
  if (!flags.stores.empty()) return show_stores(flags, target, silent_after);
  if (!target) throw CLI::RequiredError("--store or --to");
  return show_centre(flags, *target, silent_after);
}

}  // namespace

Command add_status(CLI::App& program) {
  const auto flags = std::make_shared<Flags>();  // lives as long as the command that refers to it
  auto* app = program.add_subcommand("status", "Show pending changes and findings");
  add_stores(*app, flags->stores);
  add_target(*app, flags->url);
  add_schema(*app, flags->schema);
  app->add_option("--silent-after", flags->silent_after,
                  "Report a store that has been silent for longer")
      ->type_name("DURATION")
      ->capture_default_str();
  app->add_flag("--json", flags->json, "Print one JSON object");
  app->footer(
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
  return {app, [flags] { return show(*flags); }};
}

}  // namespace edo::cli
