// edo show: the whole tree of one invocation.
#include <optional>

#include "replicator/status/store.hpp"
#include "storage/store.hpp"
#include "tools/edo/bundle.hpp"
#include "tools/edo/commands.hpp"
#include "tools/edo/ids.hpp"
#include "tools/edo/tree.hpp"
#include "tools/program/numbers.hpp"
#include "tools/program/text.hpp"

namespace edo::cli {
namespace {

class Show final : public Command {
 public:
  explicit Show(CLI::App* options) : Command(options) {
    options
        ->add_option("ID", id_,
                     "The id of an invocation, event, job or log line, or\n"
                     "a prefix of it")
        ->type_name("")
        ->required();
    add_store_option(*options, store_);
    add_json(*options, json_, "one JSON object with complete values");
    options
        ->add_option("--bundle", bundle_,
                     "Write the invocation, what led to it and what it\n"
                     "led to into a new store that can be sent around")
        ->type_name("FILE");
    options->footer(
        "Times of log lines count from the start of the invocation. Long results and data are\n"
        "shortened; --json shows them completely.\n\n"
        "Example:\n"
        "  edo ls invocations --status failed --limit 1\n"
        "  edo show 019a3f5c-7b1e\n"
        "  edo show 019a3f5c-7b1e --bundle failure.db    # edo serve --store failure.db shows it");
  }

  int run(Output& out) override {
    storage::Database database =
        storage::open_store(store_, {.access = storage::Access::read_only});
    std::string id;
    try {
      id = find_invocation(database, id_);
    } catch (const SQLite::Exception& failure) {
      throw database.error("read", failure);
    }
    if (bundle_) return write(database, id, out);
    const Tree tree = load_tree(database, id);
    if (json_) {
      out.write_json(tree.json);
    } else {
      draw_tree(tree, base::Clock::system().now(), out);
    }
    return kDone;
  }

 private:
  int write(storage::Database& database, const std::string& id, Output& out) const {
    const Bundle bundle = write_bundle(database, id, *bundle_);
    const auto bytes = status::file_size(*bundle_);
    if (json_) {
      out.write_json(Json({{"bundle", *bundle_},
                           {"bytes", bytes},
                           {"invocations", bundle.invocations},
                           {"rows", bundle.rows}}));
    } else {
      out.say("Wrote {} ({}): {} with {}. Look at it with: edo serve --store {}\n",
              printable(*bundle_), bytes_text(static_cast<double>(bytes)),
              counted(bundle.invocations, "invocation", "invocations"),
              counted(bundle.rows, "row", "rows"), printable(*bundle_));
    }
    return kDone;
  }

  std::string id_;
  std::string store_ = kDefaultStore;
  bool json_ = false;
  std::optional<std::string> bundle_;
};

}  // namespace

std::unique_ptr<Command> add_show(CLI::App& program) {
  return std::make_unique<Show>(
      program.add_subcommand("show", "Show an invocation as a tree")->group(kLookGroup));
}

}  // namespace edo::cli
