#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "base/process.hpp"
#include "query/time_limit.hpp"
#include "schemas/schemas.hpp"
#include "storage/noted_drops.hpp"
#include "storage/space.hpp"
#include "storage/store.hpp"
#include "tables/healing.hpp"
#include "tables/outbox.hpp"
#include "tables/recorders.hpp"
#include "tools/edo/checks.hpp"
#include "tools/program/numbers.hpp"
#include "tools/program/text.hpp"

namespace edo::cli {
namespace {

constexpr base::Micros kMinute = 60'000'000;
constexpr base::Micros kWeek = 7 * 24 * 60 * kMinute;
// The schema version in which a store knows its central database.
constexpr std::int64_t kCentralVersion = 3;
// The clocks of two machines may differ by this much.
constexpr base::Micros kClockError = 5 * kMinute;

// A clock that was set back has recorded times in the future.
std::string ago(base::Micros span) {
  return coarse_duration_text(std::max<base::Micros>(span, 0)) + " ago";
}

std::string counted(std::int64_t count, std::string_view one, std::string_view many) {
  return fmt::format("{} {}", grouped(count), count == 1 ? one : many);
}

Check check_schema(storage::Database& database) {
  const auto version = storage::store_info(database).schema_version;
  const int newest = schemas::sqlite().back().version;
  if (version == newest) return {"schema", Verdict::ok, fmt::format("version {}", version)};
  return {"schema", Verdict::warning,
          fmt::format("version {}, which is older than {}", version, newest),
          "nothing to do: the next program that opens the store upgrades it"};
}

// Table by table, so that no transaction lasts longer than reading one.
Check check_integrity(storage::Database& database, const CheckLimits& limits) {
  std::vector<std::string> tables;
  SQLite::Statement names(database.handle(),
                          "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name");
  while (names.executeStep()) tables.push_back(names.getColumn(0).getString());
  names.reset();
  const query::TimeLimit limit(database.handle().getHandle(), limits.integrity);
  for (std::size_t i = 0; i < tables.size(); ++i) {
    if (limits.progress) limits.progress(i, tables.size());
    try {
      SQLite::Statement check(database.handle(), "SELECT quick_check FROM pragma_quick_check(?)");
      check.bind(1, tables[i]);
      (void)check.executeStep();
      const std::string answer = check.getColumn(0).getString();
      if (answer == "ok") continue;
      return {"integrity", Verdict::problem, printable(tables[i] + ": " + answer),
              "copy the store and its -wal file, then ship what can still be read"};
    } catch (const SQLite::Exception&) {
      if (!limit.passed()) throw;
      return {"integrity", Verdict::warning,
              fmt::format("{} of {} tables are sound; the time limit ended the check", i,
                          tables.size()),
              "run edo doctor with a longer --time-limit to check all of it"};
    }
  }
  return {"integrity", Verdict::ok, fmt::format("{} tables are sound", tables.size())};
}

Check check_space(storage::Database& database) {
  const auto used = static_cast<double>(storage::used_bytes(database));
  const auto free = static_cast<double>(storage::free_bytes(database));
  const std::string text =
      fmt::format("{} in use, {} free for new rows", bytes_text(used), bytes_text(free));
  return {"space", Verdict::ok,
          free > used ? text + "; edo vacuum returns that to the disk" : text};
}

Check check_outbox(storage::Database& database) {
  tables::Outbox outbox(database);
  const auto watermark = outbox.watermark();  // throws an Error with the remedy if it is missing
  return {"outbox", Verdict::ok,
          fmt::format("acknowledged up to {} of {}", grouped(watermark), grouped(outbox.newest()))};
}

Check check_shipping(storage::Database& database, base::Micros now, base::Micros late_after) {
  tables::Outbox outbox(database);
  const std::int64_t pending = outbox.pending_lines();
  const std::string changes = counted(pending, "change is pending", "changes are pending");
  if (pending == 0) return {"shipping", Verdict::ok, "no change is pending"};
  if (outbox.watermark() == 0) {
    return {"shipping", Verdict::ok, fmt::format("{}; this store was never shipped", changes)};
  }
  const auto oldest = outbox.oldest_change();
  const base::Micros age = oldest ? std::max<base::Micros>(now - *oldest, 0) : 0;
  const std::string text =
      fmt::format("{}, the oldest since {}", changes, coarse_duration_text(age));
  if (age <= late_after) return {"shipping", Verdict::ok, text};
  return {"shipping", Verdict::problem, text,
          "check that edo-replicator is running, and run edo-replicator status"};
}

Check check_healing(storage::Database& database) {
  if (storage::store_info(database).schema_version < kCentralVersion) {
    return {"healing", Verdict::ok, "a store of this version does not record it"};
  }
  tables::CentralRecord central(database);
  if (const auto healing = central.healing()) {
    const bool asked = healing->reason == tables::HealingReason::asked;
    return {"healing", asked ? Verdict::warning : Verdict::problem,
            fmt::format("{}: {} rows compared, {} of them sent again",
                        asked ? "edo-replicator reship was requested"
                              : "the central database has lost acknowledged changes",
                        grouped(healing->compared), grouped(healing->queued)),
            "let edo-replicator run until it is done; nothing is pruned until then"};
  }
  if (const auto lost = central.lost()) {
    return {"central database", Verdict::warning,
            fmt::format("the central database has lost rows started {}up to {}, which were already "
                        "deleted here",
                        lost->after ? "after " + *lost->after + " and " : "", lost->until),
            "restore them in the central database from a backup, if there is one"};
  }
  return {"healing", Verdict::ok, "no acknowledged change is known to be lost"};
}

std::string describe(const base::ProcessIdentity& process) {
  return fmt::format("{}, pid {} on {}", printable(process.program), process.pid,
                     printable(process.host));
}

Check check_recorders(storage::Database& database, base::Micros now) {
  std::int64_t living = 0;
  std::vector<std::string> dead;
  for (const auto& writer : tables::open_recorders(database)) {
    tables::may_be_alive(database, writer) ? void(++living)
                                           : dead.push_back(describe(writer.process));
  }
  const std::string text = counted(living, "recorder is open", "recorders are open");
  if (!dead.empty()) {
    return {"recorders", Verdict::warning,
            fmt::format("{}; {} crashed without closing, the last was {}", text, dead.size(),
                        dead.back()),
            "the next recorder or edo-replicator marks their running rows as crashed"};
  }
  SQLite::Statement crashed(database.handle(),
                            "SELECT count(*), max(ended_at), program, pid, host FROM writers"
                            " WHERE outcome = 'crashed' AND ended_at >= ?");
  crashed.bind(1, base::format_timestamp(now - kWeek));
  (void)crashed.executeStep();
  const auto count = crashed.getColumn(0).getInt64();
  if (count == 0) return {"recorders", Verdict::ok, text};
  base::ProcessIdentity last;
  last.program = crashed.getColumn(2).getString();
  last.pid = crashed.getColumn(3).getInt64();
  last.host = crashed.getColumn(4).getString();
  return {"recorders", Verdict::warning,
          fmt::format("{}; {} crashed within a week, the last was {}", text, count, describe(last)),
          "edo ls invocations --status crashed shows what they were doing"};
}

Check check_dropped_calls(storage::Database& database, base::Micros now) {
  SQLite::Statement query(database.handle(),
                          "SELECT sum(dropped_calls), max(last_drop_at), last_drop_reason"
                          " FROM writers WHERE dropped_calls > 0");
  (void)query.executeStep();
  if (const auto noted = storage::noted_drops(database.path()); !noted.empty()) {
    std::int64_t calls = 0;
    for (const auto& loss : noted) calls += static_cast<std::int64_t>(loss.calls);
    return {"dropped calls", Verdict::problem,
            fmt::format("{} could not be stored, and the store does not count them yet: {}",
                        counted(calls, "call", "calls"), printable(noted.back().reason)),
            "fix the cause; the next recorder counts them in the store"};
  }
  if (query.isColumnNull(0)) return {"dropped calls", Verdict::ok, "none"};
  const auto when = base::parse_timestamp(query.getColumn(1).getString());
  const base::Micros age = when ? now - *when : 0;
  return {"dropped calls", age < kWeek ? Verdict::problem : Verdict::warning,
          fmt::format("{} could not be stored, the last {}: {}",
                      counted(query.getColumn(0).getInt64(), "call", "calls"), ago(age),
                      printable(query.getColumn(2).getString())),
          "fix the cause; the lost calls cannot be recovered"};
}

Check check_clock(storage::Database& database, base::Micros now) {
  SQLite::Statement query(database.handle(),
                          "SELECT count(*), max(created_at) FROM invocations WHERE created_at > ?");
  query.bind(1, base::format_timestamp(now + kClockError));
  (void)query.executeStep();
  const auto count = query.getColumn(0).getInt64();
  if (count == 0) return {"clock", Verdict::ok, "no invocation starts in the future"};
  return {"clock", Verdict::warning,
          fmt::format("{} in the future, the last at {}",
                      counted(count, "invocation began", "invocations began"),
                      printable(query.getColumn(1).getString())),
          "set the machine's clock; these rows sort as the newest until their time comes"};
}

}  // namespace

std::vector<Check> check_store(storage::Database& database, base::Micros now,
                               const CheckLimits& limits) {
  std::vector<Check> checks;
  const auto make = [&](std::string_view name, auto&& check) {
    try {
      checks.push_back(check());
    } catch (const SQLite::Exception& failure) {
      checks.push_back({name, Verdict::problem, database.error("read", failure).what()});
    } catch (const Error& failure) {
      checks.push_back({name, Verdict::problem, failure.what()});
    }
  };
  make("schema", [&] { return check_schema(database); });
  make("integrity", [&] { return check_integrity(database, limits); });
  make("space", [&] { return check_space(database); });
  make("outbox", [&] { return check_outbox(database); });
  make("shipping", [&] { return check_shipping(database, now, limits.late_after); });
  make("healing", [&] { return check_healing(database); });
  make("recorders", [&] { return check_recorders(database, now); });
  make("dropped calls", [&] { return check_dropped_calls(database, now); });
  make("clock", [&] { return check_clock(database, now); });
  return checks;
}

}  // namespace edo::cli
