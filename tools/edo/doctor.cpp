// edo doctor: checks a store for problems and suggests remedies.
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <optional>
#include <stdexcept>

#include "edo/error.hpp"
#include "storage/store.hpp"
#include "tools/edo/checks.hpp"
#include "tools/edo/commands.hpp"
#include "tools/edo/rows.hpp"
#include "tools/program/option_values.hpp"
#include "tools/program/progress.hpp"
#include "tools/program/text.hpp"

namespace edo::cli {
namespace {

struct Appearance {
  std::string_view name;
  std::string_view symbol;
  std::string_view ascii;
  Tone tone;
};

// By verdict.
constexpr Appearance kAppearances[] = {{"ok", "✓", "+", Tone::good},
                                       {"warning", "!", "!", Tone::warning},
                                       {"problem", "✗", "x", Tone::bad}};

const Appearance& appearance_of(Verdict verdict) {
  return kAppearances[static_cast<std::size_t>(verdict)];
}

std::optional<postgres::Target> target_of_option(const char* option, const std::string& url) {
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
            "--to", central_,
            "Check the central database, too: postgresql://user@host/database, or libpq keywords")
        ->type_name("URL")
        ->envname("OBSERVABILITY_DB_URL");
    add_json(*options, json_, "one JSON object with all checks");
    options->footer(
        "Never changes the store. Exits with 1 if it finds a problem; a warning is not a\n"
        "problem.\n\n"
        "Example:\n"
        "  edo doctor --store /var/lib/edo/telemetry.db");
  }

  int run(Output& out) override {
    const auto central = target_of_option("--to", central_);
    const base::Micros now = base::Clock::system().now();
    CheckLimits limits{
        .late_after = duration_of("--late-after", late_after_),
        .integrity = std::chrono::milliseconds(duration_of("--time-limit", time_limit_) / 1000)};
    std::vector<Check> checks = check_files(store_);
    if (checks.empty()) report_missing_store();
    try {
      storage::Database database = storage::open_as_it_is(store_);
      ProgressBar progress("tables", out);
      limits.progress = std::ref(progress);
      std::vector<Check> more = check_store(database, now, limits);
      std::move(more.begin(), more.end(), std::back_inserter(checks));
    } catch (const Error& error) {
      // A problem with its files may be the reason.
      const bool is_explained = std::any_of(checks.begin(), checks.end(), [](const Check& check) {
        return check.name == "open files" && check.verdict == Verdict::problem;
      });
      if (!is_explained) throw;
      checks.push_back({"schema", Verdict::problem, error.what()});
    }
    if (central) checks.push_back(check_central_database(*central));
    json_ ? write_json(checks, out) : write_list(checks, out);
    return conclude(checks, out);
  }

 private:
  // A store that was moved away can have left files.
  void report_missing_store() const {
    if (std::filesystem::exists(store_)) return;
    const std::string hint = hint_about_missing(store_);
    if (hint.empty()) return;
    throw Error(ErrorKind::invalid_argument, "open", store_, "no such store; " + hint);
  }

  void write_json(const std::vector<Check>& checks, Output& out) const {
    Json list = Json::array();
    Verdict worst = Verdict::ok;
    for (const auto& check : checks) {
      worst = std::max(worst, check.verdict);
      list.push_back({{"check", check.name},
                      {"verdict", appearance_of(check.verdict).name},
                      {"found", check.found},
                      {"remedy", check.remedy.empty() ? Json() : Json(check.remedy)}});
    }
    out.write_json(
        Json({{"store", store_}, {"verdict", appearance_of(worst).name}, {"checks", list}}));
  }

  static void write_list(const std::vector<Check>& checks, Output& out) {
    for (const auto& check : checks) {
      const Appearance& appearance = appearance_of(check.verdict);
      out.say("{} {:<18}{}\n",
              out.paint(appearance.tone, out.unicode() ? appearance.symbol : appearance.ascii),
              check.name, check.found);
      if (!check.remedy.empty()) {
        out.say("{:20}{}\n", "", out.paint(Tone::dim, check.remedy));
      }
    }
  }

  // Returns the exit code.
  int conclude(const std::vector<Check>& checks, Output& out) const {
    const auto problems = std::count_if(checks.begin(), checks.end(), [](const Check& check) {
      return check.verdict == Verdict::problem;
    });
    if (problems == 0) return kDone;
    out.complain("check {}: {}; see the remedies above", store_,
                 problems == 1 ? "found one problem" : fmt::format("found {} problems", problems));
    return kFailed;
  }

  std::string store_ = kDefaultStore;
  std::string late_after_ = "1d";
  std::string time_limit_ = "1m";
  std::string central_;
  bool json_ = false;
};

}  // namespace

std::unique_ptr<Command> add_doctor(CLI::App& program) {
  return std::make_unique<Doctor>(
      program.add_subcommand("doctor", "Check a store for problems and suggest remedies")
          ->group(kKeepGroup));
}

}  // namespace edo::cli
