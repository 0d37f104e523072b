#include "tools/program/option_values.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <optional>
#include <string_view>
#include <vector>

#include "edo/error.hpp"
#include "tools/program/listen.hpp"

namespace edo::cli {
namespace {

using base::Micros;

// A hundred years, so that "this long ago" is always a valid timestamp.
constexpr Micros kLongestDuration = Micros{36'500} * 86'400 * 1'000'000;

// Each of these returns what is wrong with a value; empty if it is valid.

std::string wrong_text(const std::string& value) {
  return value.empty() ? "its value is empty; check for an unset shell variable" : "";
}

std::string wrong_duration(const std::string& value) {
  const auto span = base::parse_duration(value);
  if (!span) return fmt::format("'{}' is not a duration such as 500ms, 90s, 1h30m or 7d", value);
  return *span > kLongestDuration ? fmt::format("'{}' is longer than 36500d", value) : "";
}

std::optional<Micros> time_in(const std::string& value) {
  if (const auto time = base::parse_timestamp(value)) return time;
  return base::parse_timestamp(value + "T00:00:00Z");
}

std::string wrong_time(const std::string& value) {
  if (base::parse_duration(value)) return wrong_duration(value);
  if (time_in(value)) return "";
  return fmt::format(
      "'{}' is neither a duration such as 90s, 15m or 1h30m nor a time such as "
      "2026-10-18T09:30:00Z",
      value);
}

std::string wrong_address(const std::string& value) {
  try {
    (void)cli::parse_listen_address("listen", value);
    return "";
  } catch (const Error& error) {
    return error.what();
  }
}

struct Kind {
  std::string_view name;  // in help texts
  std::string (*wrong)(const std::string& value);
};

constexpr Kind kKinds[] = {
    {"DURATION", wrong_duration}, {"DURATION|TIME", wrong_time}, {"HOST:PORT", wrong_address}};

void check(CLI::Option& option) {
  const std::string kind = option.get_type_name();
  // Without descriptions, which the help would show.
  option.check(wrong_text, "");
  for (const auto& [name, wrong] : kKinds) {
    if (kind == name) option.check(wrong, "");
  }
}

void require(const std::string& option, const std::string& wrong) {
  if (!wrong.empty()) throw CLI::ValidationError(option, wrong);
}

}  // namespace

void check_values(CLI::App& program) {
  for (auto* command : program.get_subcommands([](CLI::App*) { return true; })) {
    for (auto* option : command->get_options()) {
      const bool is_flag = option->get_type_size() == 0;
      if (!is_flag) check(*option);
    }
  }
}

void parse(CLI::App& program, int argc, const char* const* argv) {
  std::vector<std::string> arguments;
  for (std::string argument : std::vector<std::string>(argv + 1, argv + argc)) {
    const bool empty = argument.starts_with("--") && argument.find('=') + 1 == argument.size();
    if (empty) argument.pop_back();
    arguments.push_back(std::move(argument));
    if (empty) arguments.emplace_back();
  }
  std::reverse(arguments.begin(), arguments.end());  // as CLI11 expects them
  program.parse(std::move(arguments));
}

Micros duration_of(const std::string& option, const std::string& value) {
  require(option, wrong_duration(value));
  return base::parse_duration(value).value();
}

Micros time_of(const std::string& option, const std::string& value, Micros now) {
  require(option, wrong_time(value));
  if (const auto span = base::parse_duration(value)) return now - *span;
  return time_in(value).value();
}

std::chrono::milliseconds pause_of(const std::string& option, const std::string& value) {
  const std::chrono::milliseconds pause(duration_of(option, value) / 1000);
  if (pause.count() == 0) throw CLI::ValidationError(option, "must be greater than 0");
  return pause;
}

}  // namespace edo::cli
