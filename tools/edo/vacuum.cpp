// edo vacuum: returns a store's free pages to the file system.
#include <fmt/format.h>

#include <chrono>

#include "storage/space.hpp"
#include "storage/store.hpp"
#include "tools/edo/commands.hpp"
#include "tools/edo/copy.hpp"
#include "tools/edo/rows.hpp"
#include "tools/edo/shrink.hpp"
#include "tools/program/numbers.hpp"
#include "tools/program/text.hpp"

namespace edo::cli {
namespace {

// Hosts come first; a busy host pauses sooner or later.
constexpr std::chrono::seconds kBusyTimeout{10};

class Vacuum final : public Command {
 public:
  explicit Vacuum(CLI::App* options) : Command(options) {
    add_store_option(*options, store_);
    options->add_flag("--whole", whole_,
                      "Rewrite the whole file at once; needed for a store\n"
                      "that an older version created");
    add_json(*options, json_);
    options->footer(
        "Hosts continue to record, and the command can be stopped at any time. With --whole\n"
        "they queue their calls in memory until it is done (up to maxQueueBytes), and three\n"
        "times the size of the store must be free on the disk, so use it when no host\n"
        "records. edo prune does the same without --whole, except for a tenth that it leaves\n"
        "for new rows.\n\n"
        "Example:\n"
        "  edo vacuum --store /var/lib/edo/telemetry.db");
  }

  int run(Output& out) override {
    storage::Database database = storage::open_store(
        store_, {.access = storage::Access::read_write, .busy_timeout = kBusyTimeout});
    const std::uint64_t before = storage::file_bytes(database);
    if (whole_) {
      require_room(store_, static_cast<std::int64_t>(2 * before));
      storage::rewrite(database);
      database.execute("PRAGMA wal_checkpoint(PASSIVE)");
    } else if (storage::shrinks_in_steps(database)) {
      (void)shrink(database, 0, out);
    } else if (storage::free_bytes(database) > 0) {
      throw Error(
          ErrorKind::refused,
          fmt::format("vacuum {}: an older version created this file, and it cannot shrink in "
                      "steps; stop the hosts that record into it, and add --whole to rewrite it",
                      store_));
    }
    const std::uint64_t after = storage::file_bytes(database);
    json_ ? write_json(before, after, out) : write_text(before, after, out);
    return kDone;
  }

 private:
  void write_json(std::uint64_t before, std::uint64_t after, Output& out) const {
    out.write_json(Json({{"store", store_}, {"bytes_before", before}, {"bytes", after}}));
  }

  void write_text(std::uint64_t before, std::uint64_t after, Output& out) const {
    const std::string now = bytes_text(static_cast<double>(after));
    if (after >= before) {
      out.say("{} has no free pages: its size is {}.\n", printable(store_), now);
      return;
    }
    out.say("{} has {} now; it had {}.\n", printable(store_), now,
            bytes_text(static_cast<double>(before)));
  }

  std::string store_ = kDefaultStore;
  bool whole_ = false;
  bool json_ = false;
};

}  // namespace

std::unique_ptr<Command> add_vacuum(CLI::App& program) {
  return std::make_unique<Vacuum>(
      program.add_subcommand("vacuum", "Shrink a store file")->group(kKeepGroup));
}

}  // namespace edo::cli
