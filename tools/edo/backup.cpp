// edo backup: copies a store while hosts record into it.
#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string>
#include <system_error>

#include "edo/error.hpp"
#include "replicator/status/store.hpp"
#include "storage/side_files.hpp"
#include "storage/store.hpp"
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

constexpr std::string_view kCompressed = ".zst";
constexpr const char* kDraft = "-backup-";

class Backup final : public Command {
 public:
  explicit Backup(CLI::App* options)
      : Command(options),
        place_(*options, "TO",
               "The file to write, or a folder for it; - is standard output; default: a compressed "
               "file beside the store with the time in its name",
               false, false) {
    add_json(*options, json_);
    options->footer(
        "The copy is one consistent snapshot in one file without a -wal. Only its owner has\n"
        "access, and every page has been checked. Hosts continue to record. A name that ends\n"
        "in .zst gives a copy compressed with zstd, which edo restore reads. Existing files\n"
        "are never overwritten.\n\n"
        "Example:\n"
        "  edo backup /var/lib/edo/telemetry.db /mnt/backup/telemetry.db.zst\n"
        "  edo backup telemetry.db - | ssh backup 'cat > telemetry.db'");
  }

  int run(Output& out) override {
    const bool only_output = place_.store() == "-" && !place_.other();
    const std::string store = only_output ? default_store() : place_.store();
    const bool to_output = only_output || place_.other() == "-";
    if (to_output && json_) throw UsageError("--json and the copy cannot share standard output");
    if (to_output && out.is_terminal()) {
      throw UsageError("a store cannot be written to a terminal; name a file, or use a pipe");
    }
    storage::Database database = storage::open_as_it_is(store);
    if (to_output) {
      write_out(database, out);
      return kDone;
    }
    const std::string to = target(database.path());
    copy(database, to);
    report(database, to, out);
    return kDone;
  }

 private:
  static std::string default_store() {
    const char* variable = std::getenv("EDO_STORE");
    return variable == nullptr || *variable == '\0' ? kDefaultStore : variable;
  }

  [[nodiscard]] std::string target(const std::string& store) const {
    std::error_code none;
    const std::string path = storage::side_file(store, "");
    // With another suffix than a store's, so that no replicator ships it.
    const auto name = [](const std::string& aside) { return aside + std::string(kCompressed); };
    if (!place_.other()) return name(name_aside(path));
    if (!fs::is_directory(*place_.other(), none)) return *place_.other();
    return name(name_aside(fs::path(*place_.other()) / fs::path(path).filename()));
  }

  static void copy(storage::Database& database, const std::string& to) {
    require_free(to);
    require_room(to, status::file_size(database.path()));
    Draft draft(to, kDraft);
    copy_pages(database, draft.path());
    (void)check_copy(draft.path());
    if (!to.ends_with(kCompressed)) return draft.put();
    Draft packed(to, std::string(kDraft) + "zst-");
    compress(draft.path(), packed.path());
    packed.put();
  }

  // The pages come in any order, so this needs a temporary file.
  static void write_out(storage::Database& database, Output& out) {
    std::error_code none;
    fs::path folder = fs::temp_directory_path(none);
    if (none) folder = storage::folder_of(database.path());
    const std::string name = folder / storage::name_of(database.path());
    require_room(name, status::file_size(database.path()));
    const Draft draft(name, kDraft);
    copy_pages(database, draft.path());
    (void)check_copy(draft.path());
    std::ifstream file(draft.path(), std::ios::binary);
    std::array<char, 65536> block;
    while (file.read(block.data(), block.size()) || file.gcount() > 0) {
      out.write({block.data(), static_cast<std::size_t>(file.gcount())});
    }
    if (file.bad())
      throw Error(ErrorKind::io, "read", draft.path(), "the finished file cannot be read back");
    out.flush();
  }

  void report(storage::Database& database, const std::string& to, Output& out) const {
    const auto bytes = status::file_size(to);
    if (json_) {
      out.write_json(Json({{"store", database.path()},
                           {"store_id", storage::store_info(database).store_id},
                           {"copy", to},
                           {"bytes", bytes},
                           {"compressed", to.ends_with(kCompressed)}}));
      return;
    }
    out.say("Copied {} to {} ({}); every page was checked.\n", printable(database.path()),
            printable(to), bytes_text(static_cast<double>(bytes)));
  }

  StoreArguments place_;
  bool json_ = false;
};

}  // namespace

std::unique_ptr<Command> add_backup(CLI::App& program) {
  return std::make_unique<Backup>(
      program.add_subcommand("backup", "Copy a store while hosts record")->group(kKeepGroup));
}

}  // namespace edo::cli
