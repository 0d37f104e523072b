// edo doctor: looks for what is wrong with a store, and says what to do.
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <optional>
#include <stdexcept>

#include "cli/checks.hpp"
#include "cli/command.hpp"
#include "cli/progress.hpp"
#include "cli/rows.hpp"
#include "cli/text.hpp"
#include "edo/error.hpp"
#include "replicator/cli/values.hpp"
#include "storage/store.hpp"

namespace edo::cli {
namespace {

struct Look {
  std::string_view name;
  std::string_view symbol;
  std::string_view ascii;
  Tone tone;
};

// By verdict.
constexpr Look kLooks[] = {{"ok", "✓", "+", Tone::good},
                           {"warning", "!", "!", Tone::warning},
                           {"problem", "✗", "x", Tone::bad}};

const Look& look_of(Verdict verdict) { return kLooks[static_cast<std::size_t>(verdict)]; }

std::optional<postgres::Target> centre_of(const char* option, const std::string& url) {
  if (url.empty()) return std::nullopt;
  try {
    return postgres::Target(url);
  } catch (const Error& error) {
    throw UsageError(std::string(option) + ": " + error.what());
  }
}

class Doctor final : public Command {
 public:
  explicit Doctor(CLI::App* options) : Command(options) {
    add_store_option(*options, store_);
    options
        ->add_option("--late-after", late_after_,
                     "A change that is pending for longer is a problem")
        ->type_name("DURATION")
        ->capture_default_str();
    options->add_option("--time-limit", time_limit_, "How long to check the file for damage")
        ->type_name("DURATION")
        ->capture_default_str();
    options
        ->add_option(
            "--to", centre_,
            "Check the central database, too: postgresql://user@host/database, or libpq keywords")
        ->type_name("URL")
        ->envname("OBSERVABILITY_DB_URL");
    options->add_flag("--json", json_, "Write one JSON object with all checks");
    options->footer(
        "Never changes the store. Exits with 1 if it finds a problem; a warning is not a\n"
        "problem.\n\n"
        "Example:\n"
        "  edo doctor --store /var/lib/edo/telemetry.db");
  }

  void run(Output& out) override {
    const auto centre = centre_of("--to", centre_);
    const base::Micros now = base::Clock::system().now();
    CheckLimits limits{
        .late_after = span_of("--late-after", late_after_),
        .integrity = std::chrono::milliseconds(span_of("--time-limit", time_limit_) / 1000)};
    std::vector<Check> checks = check_files(store_);
    if (checks.empty()) tell_what_is_missing();
    try {
      storage::Database database = storage::open_as_it_is(store_);
      Progress progress("tables", out.unicode());
      limits.progress = std::ref(progress);
      std::vector<Check> more = check_store(database, now, limits);
      std::move(more.begin(), more.end(), std::back_inserter(checks));
    } catch (const Error& error) {
      // What is wrong with its files may be why.
      const bool is_explained = std::any_of(checks.begin(), checks.end(), [](const Check& check) {
        return check.name == "open files" && check.verdict == Verdict::problem;
      });
      if (!is_explained) throw;
      checks.push_back({"schema", Verdict::problem, error.what()});
    }
    if (centre) checks.push_back(check_centre(*centre));
    json_ ? write_json(checks, out) : write_list(checks, out);
    conclude(checks);
  }

 private:
  // A store that was moved away can have left something.
  void tell_what_is_missing() const {
    if (std::filesystem::exists(store_)) return;
    const std::string hint = hint_about_missing(store_);
    if (hint.empty()) return;
    throw Error(ErrorKind::invalid_argument, "open " + store_ + ": no such store; " + hint);
  }

  void write_json(const std::vector<Check>& checks, Output& out) const {
    Json list = Json::array();
    Verdict worst = Verdict::ok;
    for (const auto& check : checks) {
      worst = std::max(worst, check.verdict);
      list.push_back({{"check", check.name},
                      {"verdict", look_of(check.verdict).name},
                      {"found", check.found},
                      {"remedy", check.remedy.empty() ? Json() : Json(check.remedy)}});
    }
    out.write(dump({{"store", store_}, {"verdict", look_of(worst).name}, {"checks", list}}, 2) +
              "\n");
  }

  static void write_list(const std::vector<Check>& checks, Output& out) {
    for (const auto& check : checks) {
      const Look& look = look_of(check.verdict);
      out.write(fmt::format("{} {:<16}{}\n",
                            out.paint(look.tone, out.unicode() ? look.symbol : look.ascii),
                            check.name, check.found));
      if (!check.remedy.empty()) {
        out.write(fmt::format("{:18}{}\n", "", out.paint(Tone::dim, check.remedy)));
      }
    }
  }

  void conclude(const std::vector<Check>& checks) const {
    const auto problems = std::count_if(checks.begin(), checks.end(), [](const Check& check) {
      return check.verdict == Verdict::problem;
    });
    if (problems == 0) return;
    throw std::runtime_error(fmt::format(
        "check {}: {}; see the remedies above", store_,
        problems == 1 ? "found one problem" : fmt::format("found {} problems", problems)));
  }

  std::string store_ = kDefaultStore;
  std::string late_after_ = "1d";
  std::string time_limit_ = "1m";
  std::string centre_;
  bool json_ = false;
};

}  // namespace

std::unique_ptr<Command> add_doctor(CLI::App& program) {
  return std::make_unique<Doctor>(
      program.add_subcommand("doctor", "Check a store for problems and suggest remedies")
          ->group(kKeepGroup));
}

}  // namespace edo::cli
