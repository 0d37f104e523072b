// edo-replicator status: how far behind is the centre?
#include <fmt/format.h>
#include <sys/stat.h>

#include <memory>
#include <nlohmann/json.hpp>
#include <optional>

#include "base/time.hpp"
#include "edo/error.hpp"
#include "replicator/cli/command.hpp"
#include "replicator/postgres/migrations.hpp"
#include "replicator/source/source.hpp"

namespace edo::cli {
namespace {

struct Flags {
  std::vector<std::string> stores;
  std::string url;
  std::string schema;
  bool json = false;
};

// What the centre knows about a store.
struct Arrived {
  std::int64_t last_seq = 0;
  std::string last_seen_at;
};

struct Status {
  std::string path;
  std::string error;  // empty: the store could be read
  storage::StoreInfo info;
  std::int64_t pending_changes = 0;
  std::int64_t pending_rows = 0;
  std::int64_t pending_bytes = 0;              // estimated from the oldest ones
  std::optional<std::int64_t> oldest_pending;  // age, microseconds
  std::int64_t watermark = 0;
  std::int64_t newest = 0;
  std::int64_t store_bytes = 0;
  std::int64_t wal_bytes = 0;
  std::optional<Arrived> arrived;
};

std::int64_t file_size(const std::string& path) {
  struct stat found {};
  return stat(path.c_str(), &found) == 0 ? static_cast<std::int64_t>(found.st_size) : 0;
}

// One row's worth of the oldest pending changes, times the rows.
std::int64_t estimated_bytes(const std::string& path, const Status& status) {
  if (status.pending_rows == 0) return 0;
  constexpr source::SliceLimits kSample{1000, std::size_t{1} << 20};
  try {
    const auto sample = source::Source(path).read(status.watermark, status.newest, kSample);
    if (!sample || sample->rows() == 0) return 0;
    return static_cast<std::int64_t>(sample->bytes() / sample->rows()) * status.pending_rows;
  } catch (const Error& error) {
    // A row that cannot be shipped has no size there; it is `run` that tells about it.
    if (error.kind() != ErrorKind::refused) throw;
    return 0;
  }
}

Status read_status(const std::string& path) {
  Status status;
  status.path = path;
  try {
    auto database = storage::open_store(path, {});
    tables::Outbox outbox(database);
    status.info = storage::store_info(database);
    status.watermark = outbox.watermark();
    status.newest = outbox.newest();
    status.pending_changes = outbox.pending_lines();
    status.pending_rows = outbox.pending_rows();
    if (const auto oldest = outbox.oldest_change()) {
      status.oldest_pending = std::max<std::int64_t>(0, base::Clock::system().now() - *oldest);
    }
    status.store_bytes = file_size(path);
    status.wal_bytes = file_size(path + "-wal");
    status.pending_bytes = estimated_bytes(path, status);
  } catch (const Error& error) {
    status.error = error.what();
  }
  return status;
}

// Returns what is wrong with the centre, empty if nothing is.
std::string ask_centre(const postgres::Target& target, const std::string& schema,
                       std::vector<Status>& all) {
  try {
    postgres::Connection connection(target);
    postgres::use_schema(connection, schema);
    for (auto& status : all) {
      if (!status.error.empty()) continue;
      const auto result = connection.run(
          "ask", "SELECT last_seq, last_seen_at FROM replication_stores WHERE store_id = $1",
          postgres::Parameters().text(status.info.store_id));
      if (result.rows() > 0) status.arrived = {result.integer(0, 0), result.text(0, 1)};
    }
    return {};
  } catch (const Error& error) {
    return error.what();
  }
}

// Why a person should look at this store, or empty.
std::string concern(const Status& status, bool centre_asked) {
  if (!status.error.empty()) return status.error;
  if (!centre_asked) return {};
  const std::int64_t arrived = status.arrived ? status.arrived->last_seq : 0;
  if (status.watermark > arrived) {
    return fmt::format(
        "{}: changes up to {} were acknowledged, but the centre has them only up to "
        "{}; was it restored from a backup? run edo-replicator verify",
        status.path, status.watermark, arrived);
  }
  if (arrived > status.newest) {
    return fmt::format(
        "{}: the centre has changes up to {}, but the store ends at {}; was the "
        "store replaced by an older copy?",
        status.path, arrived, status.newest);
  }
  return {};
}

nlohmann::json as_json(const Status& status) {
  if (!status.error.empty()) return {{"store", status.path}, {"error", status.error}};
  nlohmann::json json = {{"store", status.path},
                         {"store_id", status.info.store_id},
                         {"host_label", status.info.host_label},
                         {"pending_changes", status.pending_changes},
                         {"pending_rows", status.pending_rows},
                         {"pending_bytes", status.pending_bytes},
                         {"oldest_pending_seconds", nullptr},
                         {"watermark", status.watermark},
                         {"newest_seq", status.newest},
                         {"store_bytes", status.store_bytes},
                         {"wal_bytes", status.wal_bytes},
                         {"centre", nullptr}};
  if (status.oldest_pending) {
    json["oldest_pending_seconds"] = static_cast<double>(*status.oldest_pending) / 1e6;
  }
  if (status.arrived) {
    json["centre"] = {{"last_seq", status.arrived->last_seq},
                      {"last_seen_at", status.arrived->last_seen_at}};
  }
  return json;
}

void print(const std::vector<Status>& all, bool centre_asked) {
  fmt::print("{:<28}{:>10}{:>11}{:>11}{:>11}{:>11}{:>11}{}\n", "STORE", "ROWS", "CHANGES", "BYTES",
             "OLDEST", "FILE", "WAL", centre_asked ? "  LAST SEEN BY THE CENTRE" : "");
  for (const auto& status : all) {
    if (!status.error.empty()) continue;
    std::string line = fmt::format("{:<28}{:>10}{:>11}{:>11}{:>11}{:>11}{:>11}", status.path,
                                   grouped(status.pending_rows), grouped(status.pending_changes),
                                   bytes_text(static_cast<double>(status.pending_bytes)),
                                   status.oldest_pending ? span_text(*status.oldest_pending) : "-",
                                   bytes_text(static_cast<double>(status.store_bytes)),
                                   bytes_text(static_cast<double>(status.wal_bytes)));
    if (centre_asked) line += "  " + (status.arrived ? status.arrived->last_seen_at : "never");
    fmt::print("{}\n", line);
  }
}

int show(const Flags& flags) {
  std::optional<postgres::Target> target;
  if (!flags.url.empty()) target = as_target(flags.url);
  std::vector<Status> all;
  for (const auto& path : flags.stores) all.push_back(read_status(path));
  std::vector<std::string> concerns;
  bool asked = false;
  std::string centre_error;
  if (target) {
    centre_error = ask_centre(*target, flags.schema, all);
    asked = centre_error.empty();
    if (!asked) concerns.push_back(centre_error);
  }
  auto stores = nlohmann::json::array();
  for (const auto& status : all) {
    stores.push_back(as_json(status));
    const auto what = concern(status, asked);
    if (what.empty()) continue;
    stores.back()["concern"] = what;
    concerns.push_back(what);
  }
  if (flags.json) {
    nlohmann::json answer = {{"stores", stores}, {"centre_error", nullptr}};
    if (!centre_error.empty()) answer["centre_error"] = centre_error;
    fmt::print("{}\n", answer.dump());
  } else {
    print(all, asked);
  }
  std::fflush(stdout);
  for (const auto& what : concerns) fmt::print(stderr, "edo-replicator status: {}\n", what);
  return concerns.empty() ? kDone : kFailed;
}

}  // namespace

Command add_status(CLI::App& program) {
  const auto flags = std::make_shared<Flags>();  // lives as long as the command that refers to it
  auto* app = program.add_subcommand("status", "Show what is still to be shipped");
  auto* stores = add_stores(*app, flags->stores);
  add_target(*app, flags->url);
  add_schema(*app, flags->schema);
  app->add_flag("--json", flags->json, "Answer as JSON");
  app->footer(
      "ROWS and CHANGES are waiting in the store, BYTES is an estimate of their size and OLDEST "
      "the\n"
      "age of the oldest change. Waiting rows alone are no reason for alarm. Ends with 1 when\n"
      "something needs a person: a store that cannot be read, a centre that cannot be reached or\n"
      "has no schema, a centre that lost what it had acknowledged.\n\n"
      "Example:\n"
      "  edo-replicator status --store telemetry.db --to "
      "postgresql://reader@db.example.com/telemetry");
  return {app, [flags] { return show(*flags); }, {stores}};
}

}  // namespace edo::cli
