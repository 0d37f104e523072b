// edo restore: replaces a store by a copy, also while hosts record into it.
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>

#include "edo/error.hpp"
#include "replicator/status/store.hpp"
#include "storage/foreign.hpp"
#include "storage/side_files.hpp"
#include "storage/store.hpp"
#include "tools/edo/commands.hpp"
#include "tools/edo/copy.hpp"
#include "tools/edo/frozen_store.hpp"
#include "tools/edo/holders.hpp"
#include "tools/edo/rows.hpp"
#include "tools/edo/store_arguments.hpp"
#include "tools/program/numbers.hpp"
#include "tools/program/text.hpp"

namespace edo::cli {
namespace {

namespace fs = std::filesystem;

constexpr const char* kDraft = "-restoring-";
constexpr const char* kLeftLog = "-left";

struct Restored {
  storage::StoreInfo info;
  std::int64_t bytes = 0;
  std::string aside;     // where the replaced store is now; empty if there was none
  std::string left_wal;  // the WAL of a missing store
  bool damaged = false;  // the replaced store is damaged
  OpenElsewhere elsewhere;
};

bool exists(const std::string& path) {
  struct stat found {};
  return lstat(path.c_str(), &found) == 0;
}

class Restore final : public Command {
 public:
  explicit Restore(CLI::App* options)
      : Command(options),
        place_(*options, "BACKUP", "The store file to restore, also compressed by edo backup", true,
               true) {
    options->add_flag("--discard-old", discard_,
                      "Delete the replaced store, including changes that were not shipped");
    add_json(*options, json_);
    options->footer(
        "BACKUP is not changed; rows in its -wal are included. It must be sound, and this\n"
        "program must know its schema version. The replaced store is kept beside the new one,\n"
        "with all its rows and the time in its name. Recording hosts continue in the restored\n"
        "store. If the command fails or is killed, either the old store or the new one is\n"
        "complete; run it again.\n\n"
        "Example:\n"
        "  edo restore /mnt/backup/telemetry.db.zst /var/lib/edo/telemetry.db");
  }

  int run(Output& out) override {
    const std::string backup = *place_.other();
    const std::string path = storage::without_links(storage::side_file(place_.store(), ""));
    require_file(backup);
    if (file_id(backup) == file_id(path)) {
      throw UsageError(fmt::format("{} and {} are the same file", backup, path));
    }
    const WithoutReplicators replicators(path, place_.lock_timeout());
    Draft draft(path, kDraft);
    Restored restored;
    restored.info = fill(backup, draft.path());
    restored.bytes = status::file_size(draft.path());
    give_to(draft.path(), ownership_of(path));
    sync_file(draft.path());
    swap(draft, path, restored);
    if (!restored.aside.empty() && !restored.damaged) {
      restored.elsewhere = wait_until_left(restored.aside);
    }
    if (discard_ && !restored.aside.empty()) discard(restored);
    json_ ? write_json(path, restored, out) : write_text(path, restored, out);
    return kDone;
  }

 private:
  static void require_file(const std::string& backup) {
    struct stat found {};
    if (stat(backup.c_str(), &found) != 0) {
      throw Error(ErrorKind::invalid_argument, "open", backup,
                  std::string(std::strerror(errno)) + "; name a copy of a store");
    }
    if (!S_ISREG(found.st_mode)) {
      throw Error(ErrorKind::invalid_argument, "open", backup,
                  "not a regular file; name a copy of a store");
    }
  }

  // Turns the draft into a complete and sound store.
  static storage::StoreInfo fill(const std::string& backup, const std::string& draft) {
    require_room(draft,
                 status::file_size(backup) + status::file_size(storage::side_file(backup, "-wal")));
    try {
      if (is_compressed(backup)) {
        decompress(backup, draft);
      } else if (status::file_size(storage::side_file(backup, "-wal")) > 0) {
        storage::Database from = storage::open_as_it_is(backup);
        copy_pages(from, draft);
      } else {
        // Otherwise SQLite leaves a -wal and a -shm beside it.
        copy_bytes(backup, draft);
      }
      return check_copy(draft);
    } catch (const Error& error) {
      // The message must not name the draft, which the user does not know.
      std::string what = error.what();
      if (const auto at = what.find(draft); at != std::string::npos) {
        what.replace(at, draft.size(), backup);
      }
      throw Error(error.kind(), what + "; the store was left as it is");
    }
  }

  void swap(Draft& draft, const std::string& path, Restored& restored) const {
    for (;;) {
      struct stat found {};
      const bool is_there = stat(path.c_str(), &found) == 0 && found.st_size > 0;
      if (is_there ? replace(draft, path, restored) : place(draft, path, restored)) break;
    }
    draft.is_placed();
    sync_folder(path);
  }

  // For a path with a store. Returns false if the store is gone by now.
  bool replace(const Draft& draft, const std::string& path, Restored& restored) const {
    try {
      const FrozenStore still(path, place_.lock_timeout());
      exchange(draft, path, restored);
      return true;
    } catch (const Error& error) {
      if (!exists(path)) return false;
      if (error.kind() != ErrorKind::corrupt || is_foreign(error)) throw;
    }
    // A damaged store cannot be frozen.
    restored.damaged = true;
    std::optional<storage::FolderLock> recorders;
    keep_recorders_out(recorders, path);
    exchange(draft, path, restored);
    return true;
  }

  static bool is_foreign(const Error& error) {
    return std::string_view(error.what()).find("not an observability store") !=
           std::string_view::npos;
  }

  // The old file is renamed first, and its WAL is moved before the new file comes: at no moment is
  // a store beside the WAL of another one.
  static void exchange(const Draft& draft, const std::string& path, Restored& restored) {
    restored.aside = interrupted(path).value_or(name_aside(path));
    if (!exists(restored.aside) && link(path.c_str(), restored.aside.c_str()) != 0) {
      throw Error(ErrorKind::io, "keep", path + " as " + restored.aside,
                  std::string(std::strerror(errno)) + "; the store was left as it is");
    }
    // A WAL that an interrupted run moved there is in the file already, and is removed. But if the
    // store is damaged and has no WAL here, that one is the only copy, and stays.
    if (!restored.damaged || exists(path + "-wal")) {
      for (const char* suffix : {"-wal", "-shm", "-journal"}) {
        (void)unlink((restored.aside + suffix).c_str());
      }
    }
    move_beside(path, restored.aside);
    sync_folder(path);
    put(draft, path);
  }

  // The second name that an interrupted run gave the store.
  static std::optional<std::string> interrupted(const std::string& path) {
    struct stat found {};
    if (stat(path.c_str(), &found) != 0 || found.st_nlink < 2) return std::nullopt;
    const fs::path store = path;
    std::error_code none;
    for (fs::directory_iterator at(storage::folder_of(path), none), end; at != end;
         at.increment(none)) {
      const std::string other = at->path();
      const std::string name = at->path().filename();
      if (other != path && name.starts_with(store.stem().string() + "-2") &&
          file_id(other) == file_id(path)) {
        return other;
      }
    }
    return std::nullopt;
  }

  // For a path without a store; the WAL of a missing store may be there.
  static bool place(const Draft& draft, const std::string& path, Restored& restored) {
    std::optional<storage::FolderLock> recorders;
    keep_recorders_out(recorders, path);
    struct stat found {};
    if (stat(path.c_str(), &found) == 0 && found.st_size > 0) return false;
    const std::string log = path + "-wal";
    if (stat(log.c_str(), &found) == 0 && found.st_size > 0) {
      restored.left_wal = log + kLeftLog;
      for (int i = 2; exists(restored.left_wal); ++i) {
        restored.left_wal = log + kLeftLog + "-" + std::to_string(i);
      }
      if (std::rename(log.c_str(), restored.left_wal.c_str()) != 0) {
        throw Error(ErrorKind::io, "move " + log + " away: " + std::strerror(errno));
      }
    }
    for (const char* suffix : {"-wal", "-shm", "-journal", "-writers"}) {
      (void)unlink((path + suffix).c_str());
    }
    sync_folder(path);
    put(draft, path);
    return true;
  }

  static void put(const Draft& draft, const std::string& path) {
    for (const char* suffix : {"-wal", "-shm", "-journal"}) {
      if (!exists(path + suffix)) continue;
      throw Error(ErrorKind::busy, "restore", path,
                  "another program has created " + path + suffix + " meanwhile; try again");
    }
    if (std::rename(draft.path().c_str(), path.c_str()) != 0) {
      throw Error(ErrorKind::io, "restore", path, std::strerror(errno));
    }
  }

  static void discard(Restored& restored) {
    if (!restored.elsewhere.alone) {
      throw Error(ErrorKind::busy,
                  fmt::format("remove {}: the old store is still open ({}); the restored store is "
                              "in place, so remove this file when that process has ended",
                              restored.aside, fmt::join(restored.elsewhere.processes, "; ")));
    }
    remove_set(restored.aside);
    sync_folder(restored.aside);
    restored.aside.clear();
  }

  void write_json(const std::string& store, const Restored& restored, Output& out) const {
    const auto or_null = [](const std::string& text) { return text.empty() ? Json() : Json(text); };
    out.write_json(Json({{"store", store},
                         {"store_id", restored.info.store_id},
                         {"schema_version", restored.info.schema_version},
                         {"bytes", restored.bytes},
                         {"old_store", or_null(restored.aside)},
                         {"old_store_damaged", restored.damaged},
                         {"left_wal", or_null(restored.left_wal)},
                         {"still_open", restored.elsewhere.processes}}));
  }

  static void write_text(const std::string& store, const Restored& restored, Output& out) {
    out.say("Restored {} ({}); every page of it is sound.\n", printable(store),
            bytes_text(static_cast<double>(restored.bytes)));
    if (!restored.left_wal.empty()) {
      out.say("The write-ahead log of a missing store was kept as {}.\n",
              printable(restored.left_wal));
    }
    if (restored.aside.empty()) return;
    const std::string aside = printable(restored.aside);
    if (restored.damaged) {
      out.say("The replaced store is damaged; it was kept as {}.\n", aside);
      return;
    }
    out.say(
        "The replaced store was kept as {}. To ship its pending changes:\n"
        "  edo-replicator run --once --store {}\n",
        aside, aside);
    if (restored.elsewhere.alone) return;
    out.say("It is still open: {}.\n",
            restored.elsewhere.processes.empty()
                ? "in a process that this user cannot see"
                : fmt::format("{}", fmt::join(restored.elsewhere.processes, "; ")));
  }

  StoreArguments place_;
  bool discard_ = false;
  bool json_ = false;
};

}  // namespace

std::unique_ptr<Command> add_restore(CLI::App& program) {
  return std::make_unique<Restore>(
      program.add_subcommand("restore", "Replace a store by a copy")->group(kKeepGroup));
}

}  // namespace edo::cli
