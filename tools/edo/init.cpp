// edo init: creates a store.
#include <fmt/format.h>
#include <sys/stat.h>

#include <nlohmann/json.hpp>

#include "base/text.hpp"
#include "storage/store.hpp"
#include "storage/store_files.hpp"
#include "tools/edo/commands.hpp"
#include "tools/program/text.hpp"

namespace edo::cli {
namespace {

bool is_missing_or_empty(const std::string& path) {
  struct stat found {};
  if (stat(path.c_str(), &found) != 0) return true;
  return S_ISREG(found.st_mode) && found.st_size == 0;
}

class Init final : public Command {
 public:
  explicit Init(CLI::App* options) : Command(options) {
    add_store_option(*options, store_);
    options->add_option("--label", label_, "A name for this store; default: the machine's name")
        ->type_name("NAME");
    add_json(*options, json_);
    options->footer(
        "A recorder creates its store itself; use init to create one beforehand, with a\n"
        "label. An existing store is not changed.\n\n"
        "Example:\n"
        "  edo init --store /var/lib/edo/telemetry.db --label edge-7");
  }

  int run(Output& out) override {
    if (!base::is_clean_text(label_) || label_.size() > storage::kMaxLabel) {
      throw UsageError(
          fmt::format("--label must be UTF-8, and at most {} bytes long", storage::kMaxLabel));
    }
    const storage::FolderLock others(store_);
    const bool creates = is_missing_or_empty(store_);
    storage::OpenOptions open;
    open.access = creates ? storage::Access::create : storage::Access::read_only;
    storage::Database database = storage::open_store(store_, open, label_);
    const storage::StoreInfo info = storage::store_info(database);
    if (json_) {
      const nlohmann::ordered_json result = {
          {"path", store_},
          {"created", creates},
          {"store_id", info.store_id},
          {"host_label", info.host_label},
          {"created_at", info.created_at},
          {"schema_version", info.schema_version},
      };
      out.write_json(result);
      return kDone;
    }
    out.write(creates ? fmt::format("Created the store {}.\n", printable(store_))
                      : fmt::format("The store {} exists already.\n", printable(store_)));
    const bool label_ignored = !creates && !label_.empty() && label_ != info.host_label;
    out.say("  store id        {}\n", info.store_id);
    out.say("  label           {}{}\n", printable(info.host_label),
            label_ignored ? " (unchanged)" : "");
    out.say("  schema version  {}\n", info.schema_version);
    return kDone;
  }

 private:
  std::string store_ = kDefaultStore;
  std::string label_;
  bool json_ = false;
};

}  // namespace

std::unique_ptr<Command> add_init(CLI::App& program) {
  return std::make_unique<Init>(
      program.add_subcommand("init", "Create a store")->group(kMakeGroup));
}

}  // namespace edo::cli
