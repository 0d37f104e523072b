// edo version: what this program is made of.
#include <fmt/format.h>
#include <sqlite3.h>

#include <nlohmann/json.hpp>

#include "schemas/schemas.hpp"
#include "tools/edo/commands.hpp"

namespace edo::cli {
namespace {

class Version final : public Command {
 public:
  explicit Version(CLI::App* options) : Command(options) {
    add_json(*options, json_, "one JSON object, with SQLite's compile options");
    options->footer("Example:\n  edo version --json");
  }

  int run(Output& out) override {
    nlohmann::ordered_json compiled = nlohmann::ordered_json::array();
    for (int i = 0; const char* option = sqlite3_compileoption_get(i); ++i) {
      compiled.push_back(option);
    }
    const int schema = schemas::sqlite().back().version;
    if (json_) {
      const nlohmann::ordered_json result = {
          {"version", EDO_VERSION},
          {"sqlite_version", sqlite3_libversion()},
          {"sqlite_source_id", sqlite3_sourceid()},
          {"sqlite_compile_options", compiled},
          {"store_schema_version", schema},
      };
      out.write_json(result);
      return kDone;
    }
    out.say("edo {}\n", EDO_VERSION);
    out.say("SQLite {}, {} compile options\n", sqlite3_libversion(), compiled.size());
    out.say("store schema version {}\n", schema);
    return kDone;
  }

 private:
  bool json_ = false;
};

}  // namespace

std::unique_ptr<Command> add_version(CLI::App& program) {
  return std::make_unique<Version>(
      program.add_subcommand("version", "Show the versions of edo, SQLite and the store's schema")
          ->group(kAboutGroup));
}

}  // namespace edo::cli
