// edo rotate: moves a store aside, also while hosts record into it.
#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <optional>
#include <string>
#include <system_error>

#include "edo/error.hpp"
#include "replicator/status/store.hpp"
#include "storage/side_files.hpp"
#include "tables/outbox.hpp"
#include "tools/edo/commands.hpp"
#include "tools/edo/copy.hpp"
#include "tools/edo/frozen_store.hpp"
#include "tools/edo/rows.hpp"
#include "tools/edo/store_arguments.hpp"
#include "tools/program/numbers.hpp"
#include "tools/program/text.hpp"

namespace edo::cli {
namespace {

namespace fs = std::filesystem;

constexpr const char* kRotateDraft = "-copying-";

struct Moved {
  std::string to;
  std::string store_id;
  std::int64_t pending = 0;
  std::int64_t bytes = 0;
  bool copied = false;
  OpenElsewhere elsewhere;
};

class Rotate final : public Command {
 public:
  explicit Rotate(CLI::App* options)
      : Command(options),
        place_(*options, "TO", "The new path; default: beside the store, with the time in its name",
               false, true) {
    add_json(*options, json_);
    options->footer(
        "The moved file has all rows recorded until then and needs no -wal. Recording hosts\n"
        "continue in a new store at the old path. TO may be a folder, also on another disk:\n"
        "then the file is copied and compared before it is removed here. Existing files are\n"
        "never overwritten.\n\n"
        "Example:\n"
        "  edo rotate /var/lib/edo/telemetry.db\n"
        "  edo-replicator run --once --store /var/lib/edo/telemetry-20261018T140322Z.db");
  }

  int run(Output& out) override {
    const std::string store = place_.store();
    require_there(store);
    const std::string path = storage::side_file(store, "");
    const std::string to = target(path);
    require_free(to);
    require_folder(to);
    if (on_another_disk(path, to)) {
      require_room(to, status::file_size(path) + status::file_size(path + "-wal"));
    }
    const Moved moved = move(path, to, out);
    json_ ? write_json(store, moved, out) : write_text(store, moved, out);
    return kDone;
  }

 private:
  [[nodiscard]] std::string target(const std::string& path) const {
    std::error_code none;
    if (!place_.other()) return name_aside(path);
    if (!fs::is_directory(*place_.other(), none)) return *place_.other();
    return name_aside(fs::path(*place_.other()) / fs::path(path).filename());
  }

  static void require_there(const std::string& store) {
    struct stat found {};
    if (stat(store.c_str(), &found) == 0) return;
    std::string hint = "name a store";
    if (const auto last = last_aside(store)) {
      hint = "the last store moved away from this path is " + *last;
    } else if (stat((store + "-wal").c_str(), &found) == 0) {
      hint = store +
             "-wal is the write-ahead log of a store that was moved or removed; edo doctor says "
             "what to do";
    }
    throw Error(ErrorKind::invalid_argument, "open", store, "no such store; " + hint);
  }

  // An interrupted rotation may have moved the store already.
  static std::optional<std::string> last_aside(const std::string& store) {
    const fs::path path = store;
    std::error_code none;
    std::optional<std::string> last;
    const fs::path folder = path.has_parent_path() ? path.parent_path() : fs::path(".");
    for (fs::directory_iterator at(folder, none), end; at != end; at.increment(none)) {
      const fs::path file = at->path();
      if (file.extension() == path.extension() && is_aside(file, path)) {
        last = std::max(last.value_or(""), file.string());
      }
    }
    return last;
  }

  static bool is_aside(const fs::path& file, const fs::path& store) {
    const std::string begin = store.stem().string() + "-2";
    return file.filename().string().starts_with(begin) &&
           file.filename().string().find("Z") != std::string::npos;
  }

  static void require_folder(const std::string& to) {
    std::error_code none;
    const std::string folder = storage::folder_of(to);
    if (fs::is_directory(folder, none)) return;
    throw Error(ErrorKind::invalid_argument, "move to", to,
                "there is no folder " + folder + "; create it first");
  }

  static bool on_another_disk(const std::string& path, const std::string& to) {
    struct stat from {};
    struct stat there {};
    return stat(path.c_str(), &from) == 0 && stat(storage::folder_of(to).c_str(), &there) == 0 &&
           from.st_dev != there.st_dev;
  }

  [[nodiscard]] Moved move(const std::string& path, const std::string& to, Output& out) const {
    Moved moved;
    moved.to = to;
    {
      const WithoutReplicators replicators(path, place_.lock_timeout());
      FrozenStore still(path, place_.lock_timeout());
      moved.store_id = storage::store_info(still.database()).store_id;
      tables::Outbox outbox(still.database());
      moved.pending = outbox.newest() - outbox.watermark();
      if (on_another_disk(path, to) || !move_set(path, to)) {
        moved.copied = true;
        moved.to = name_aside(path);
        if (!move_set(path, moved.to)) {
          throw Error(ErrorKind::io, "move", path, "its folder spans several disks");
        }
      }
    }
    sync_folder(path);
    sync_folder(moved.to);
    moved.elsewhere = wait_until_left(moved.to);
    if (moved.copied) move_to_other_disk(moved, to, out);
    moved.bytes = status::file_size(moved.to);
    return moved;
  }

  void move_to_other_disk(Moved& moved, const std::string& to, Output& out) const {
    const std::string aside = moved.to;
    const std::string again = "edo rotate " + aside + " " + to;
    if (!moved.elsewhere.alone) {
      throw Error(ErrorKind::busy,
                  fmt::format("move to {}: the store was moved aside to {}, but cannot be copied "
                              "while it is still open ({}); when that process has ended, run: {}",
                              to, aside, fmt::join(moved.elsewhere.processes, "; "), again));
    }
    out.complain("the store was moved aside to {}; copying it to {}", aside, to);
    try {
      const WithoutReplicators replicators(aside, place_.lock_timeout());
      const FrozenStore still(aside, place_.lock_timeout());
      Draft draft(to, kRotateDraft);
      copy_bytes(aside, draft.path());
      give_to(draft.path(), ownership_of(aside));
      draft.put();
      remove_set(aside);
    } catch (const Error& error) {
      throw Error(error.kind(), std::string(error.what()) + "; the store is complete as " + aside +
                                    ": fix that, then run " + again);
    }
    sync_folder(aside);
    moved.to = to;
  }

  void write_json(const std::string& store, const Moved& moved, Output& out) const {
    out.write_json(Json({{"store", store},
                         {"store_id", moved.store_id},
                         {"moved_to", moved.to},
                         {"bytes", moved.bytes},
                         {"pending_changes", moved.pending},
                         {"copied", moved.copied},
                         {"still_open", moved.elsewhere.processes},
                         {"one_file", moved.elsewhere.alone}}));
  }

  static void write_text(const std::string& store, const Moved& moved, Output& out) {
    out.say("Moved {} to {} ({}).\n", printable(store), printable(moved.to),
            bytes_text(static_cast<double>(moved.bytes)));
    if (moved.elsewhere.alone) {
      out.write("The file has all rows; recording hosts continue in a new store.\n");
    } else {
      out.say(
          "The file has all rows, but is still open: {}. Until that process has ended, "
          "copy it with edo backup.\n",
          moved.elsewhere.processes.empty()
              ? "in a process that this user cannot see"
              : fmt::format("{}", fmt::join(moved.elsewhere.processes, "; ")));
    }
    if (moved.pending == 0) {
      out.write("All changes in it were shipped.\n");
      return;
    }
    out.say(
        "{} pending. To ship to a central database:\n"
        "  edo-replicator run --once --store {}\n",
        moved.pending == 1 ? "1 change is" : grouped(moved.pending) + " changes are",
        printable(moved.to));
  }

  StoreArguments place_;
  bool json_ = false;
};

}  // namespace

std::unique_ptr<Command> add_rotate(CLI::App& program) {
  return std::make_unique<Rotate>(
      program.add_subcommand("rotate", "Move a store aside while hosts continue in a new one")
          ->group(kKeepGroup));
}

}  // namespace edo::cli
