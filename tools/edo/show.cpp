// edo show: the whole tree of one invocation.
#include "storage/store.hpp"
#include "tools/edo/commands.hpp"
#include "tools/edo/ids.hpp"
#include "tools/edo/tree.hpp"

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
    options->footer(
        "Times of log lines count from the start of the invocation. Long results and data are\n"
        "shortened; --json shows them completely.\n\n"
        "Example:\n"
        "  edo ls invocations --status failed --limit 1\n"
        "  edo show 019a3f5c-7b1e");
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
    const Tree tree = load_tree(database, id);
    if (json_) {
      out.write_json(tree.json);
    } else {
      draw_tree(tree, base::Clock::system().now(), out);
    }
    return kDone;
  }

 private:
  std::string id_;
  std::string store_ = kDefaultStore;
  bool json_ = false;
};

}  // namespace

std::unique_ptr<Command> add_show(CLI::App& program) {
  return std::make_unique<Show>(
      program.add_subcommand("show", "Show an invocation as a tree")->group(kLookGroup));
}

}  // namespace edo::cli
