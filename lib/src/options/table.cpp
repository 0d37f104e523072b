#include "options/table.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <concepts>
#include <limits>

#include "base/redact.hpp"
#include "base/text.hpp"
#include "base/time.hpp"

namespace edo::options {
namespace {

using std::chrono::milliseconds;

// Bounds that only stop mistakes; what lies within them is the host's business.
constexpr std::int64_t kDayMs = 24 * 60 * 60 * 1000;
constexpr std::int64_t kMiB = std::int64_t{1} << 20;
constexpr std::int64_t kTiB = std::int64_t{1} << 40;
constexpr std::int64_t kMaxJson = 32 * kMiB;    // a row of four such values is still a batch
constexpr std::int64_t kMaxStore = 256 * kTiB;  // what SQLite takes as one file
constexpr std::int64_t kMaxPath = 4096;
constexpr std::int64_t kMaxText = 8192;
constexpr std::int64_t kMaxIdentifier = 63;  // NAMEDATALEN - 1
constexpr std::size_t kShownBytes = 80;      // of a wrong value, in a message

using Names = std::vector<std::string>;

// Names of enumerators, in their order.
const std::vector<std::string>& names(Durability) {
  static const auto& all = *new Names{"process", "power"};
  return all;
}
const std::vector<std::string>& names(WhenFull) {
  static const auto& all = *new Names{"keepNewest", "refuse"};
  return all;
}
const std::vector<std::string>& names(Replicate) {
  static const auto& all = *new Names{"off", "onEnd", "background"};
  return all;
}
const std::vector<std::string>& names(Transport) {
  static const auto& all = *new Names{"direct", "inbox"};
  return all;
}
const std::vector<std::string>& ssl_modes() {
  static const auto& all =
      *new Names{"disable", "allow", "prefer", "require", "verify-ca", "verify-full"};
  return all;
}

// libpq's sslmode for the forms that node-postgres takes: true and {} ask for encryption, an
// object may say whether the certificate is checked. Not every value has one.
std::optional<std::string> ssl_mode_of(const Value& value) {
  if (value.is_boolean()) return value.get<bool>() ? "require" : "disable";
  if (value.is_string()) return value.get<std::string>();
  if (!value.is_object()) return std::nullopt;
  const bool checked = value.value("rejectUnauthorized", false);
  return checked ? "verify-full" : "require";
}

template <typename T>
concept Enumeration = std::is_enum_v<T>;

Value to_value(bool value) { return value; }
Value to_value(const std::string& value) { return value; }
Value to_value(const std::vector<std::string>& value) { return value; }
Value to_value(milliseconds value) { return value.count(); }
Value to_value(std::integral auto value) { return value; }
Value to_value(Enumeration auto value) {
  const auto index = static_cast<std::size_t>(value);
  const auto& all = names(value);
  return index < all.size() ? Value(all[index]) : Value(index);
}

template <typename T>
void from_value(const Value& value, T& to) {
  if constexpr (Enumeration<T>) {
    const auto& all = names(T{});
    const auto found = std::find(all.begin(), all.end(), value.get<std::string>());
    to = static_cast<T>(found - all.begin());
  } else if constexpr (std::same_as<T, milliseconds>) {
    to = milliseconds(value.get<std::int64_t>());
  } else {
    to = value.get<T>();
  }
}

// "database.connectionString" → "OBSERVABILITY_DATABASE_CONNECTION_STRING".
std::string variable_of(std::string_view name) {
  std::string variable = "OBSERVABILITY_";
  for (const char c : name) {
    const bool upper = c >= 'A' && c <= 'Z';
    const bool lower = c >= 'a' && c <= 'z';
    if (upper) variable += '_';
    variable += lower ? static_cast<char>(c - 'a' + 'A') : c == '.' ? '_' : c;
  }
  return variable;
}

// An option that lives where the pointers to members lead.
template <auto... kPath>
Option option(std::string_view name, std::string_view field, Shape shape, std::int64_t min = 0,
              std::int64_t max = 0) {
  Option made{.name = std::string(name),
              .field = std::string(field),
              .variable = variable_of(name),
              .shape = shape,
              .min = min,
              .max = max,
              .get = [](const Options& options) { return to_value((options.*....*kPath)); },
              .set = [](Options& options,
                        const Value& value) { from_value(value, (options.*....*kPath)); }};
  return made;
}

template <auto... kPath>
Option choice(std::string_view name, std::string_view field) {
  Option made = option<kPath...>(name, field, Shape::choice);
  made.choices = names((Options{}.*....*kPath));
  return made;
}

template <auto... kPath>
Option secret(std::string_view name, std::string_view field) {
  Option made = option<kPath...>(name, field, Shape::text, 0, kMaxText);
  made.secret = true;
  return made;
}

std::vector<Option> make_table() {
  using O = Options;
  using C = CentralDatabase;
  constexpr auto kCentralDatabase = &O::central_database;
  std::vector<Option> all = {
      option<&O::enabled>("enabled", "enabled", Shape::flag),
      option<&O::store>("store", "store", Shape::text, 1, kMaxPath),
      option<&O::host_label>("hostLabel", "host_label", Shape::text, 0, 255),
      choice<&O::durability>("durability", "durability"),
      option<&O::capture_console_log>("captureConsoleLog", "capture_console_log", Shape::flag),
      option<&O::capture_job_options>("captureJobOptions", "capture_job_options", Shape::flag),
      option<&O::capture_hasura_payload>("captureHasuraPayload", "capture_hasura_payload",
                                         Shape::flag),
      option<&O::capture_error_stacks>("captureErrorStacks", "capture_error_stacks", Shape::flag),
      option<&O::redact>("redact", "redact", Shape::texts),
      option<&O::redact_secrets>("redactSecrets", "redact_secrets", Shape::flag),
      option<&O::max_json_size>("maxJsonSize", "max_json_size", Shape::integer, 1, kMaxJson),
      option<&O::busy_timeout>("busyTimeout", "busy_timeout", Shape::milliseconds, 0, 600'000),
      option<&O::commit_within>("commitWithin", "commit_within", Shape::milliseconds, 0, 60'000),
      option<&O::max_queue_bytes>("maxQueueBytes", "max_queue_bytes", Shape::integer, 0, kTiB),
      option<&O::max_store_bytes>("maxStoreBytes", "max_store_bytes", Shape::integer, kMiB,
                                  kMaxStore),
      choice<&O::when_full>("whenFull", "when_full"),
      option<&O::max_wal_bytes>("maxWalBytes", "max_wal_bytes", Shape::integer, 64 << 10, kTiB),
      secret<kCentralDatabase, &C::connection_string>("database.connectionString",
                                                      "central_database.connection_string"),
      option<kCentralDatabase, &C::host>("database.host", "central_database.host", Shape::text, 0,
                                         kMaxText),
      option<kCentralDatabase, &C::port>("database.port", "central_database.port", Shape::integer,
                                         1, 65535),
      option<kCentralDatabase, &C::database>("database.database", "central_database.database",
                                             Shape::text, 0, kMaxIdentifier),
      option<kCentralDatabase, &C::user>("database.user", "central_database.user", Shape::text, 0,
                                         kMaxIdentifier),
      secret<kCentralDatabase, &C::password>("database.password", "central_database.password"),
      option<kCentralDatabase, &C::ssl_mode>("database.ssl", "central_database.ssl_mode",
                                             Shape::encryption),
      option<kCentralDatabase, &C::schema>("schema", "central_database.schema", Shape::text, 1,
                                           kMaxIdentifier),
      choice<kCentralDatabase, &C::replicate>("replicate", "central_database.replicate"),
      choice<kCentralDatabase, &C::transport>("replicateVia", "central_database.transport"),
      option<kCentralDatabase, &C::batch_size>("batchSize", "central_database.batch_size",
                                               Shape::integer, 1, 1'000'000),
      option<kCentralDatabase, &C::flush_interval>(
          "flushInterval", "central_database.flush_interval", Shape::milliseconds, 0, kDayMs),
      option<kCentralDatabase, &C::retry_attempts>(
          "retryAttempts", "central_database.retry_attempts", Shape::integer, -1, 1'000'000),
      option<kCentralDatabase, &C::retry_delay>("retryDelay", "central_database.retry_delay",
                                                Shape::milliseconds, 0, kDayMs),
  };
  for (Option& one : all) {
    if (one.name == "database.connectionString") one.variable = "OBSERVABILITY_DB_URL";
    if (one.name == "maxStoreBytes") one.or_zero = true;
    if (one.name == "hostLabel") one.shipped = true;
    one.ships = one.name == "replicateVia" || one.name == "batchSize" ||
                one.name == "flushInterval" || one.name == "retryAttempts" ||
                one.name == "retryDelay";
    if (one.name == "store") one.fallback_variable = "EDO_STORE";
    if (one.shape == Shape::encryption) {
      one.choices = ssl_modes();
      one.set = [](Options& options, const Value& value) {
        options.central_database.ssl_mode = ssl_mode_of(value).value_or("");
      };
    }
  }
  return all;
}

std::string shown(const Option& option, const Value& value) {
  if (option.secret) return "its value";
  if (value.is_structured()) return std::string("an ") + value.type_name();
  std::string text;
  base::admit_text(value.dump(-1, ' ', false, Value::error_handler_t::replace), kShownBytes, text);
  return text;
}

std::string listed(const std::vector<std::string>& choices) {
  std::string list;
  for (const std::string& one : choices) {
    if (!list.empty()) list += ", ";
    list += one;
  }
  return list;
}

// JavaScript has one kind of number, so 5000.0 and 5e3 are integers too. Beyond the range of
// 64 bits the nearest one, which no option allows.
std::optional<std::int64_t> integer_of(const Value& value) {
  constexpr auto kMost = std::numeric_limits<std::int64_t>::max();
  constexpr auto kLeast = std::numeric_limits<std::int64_t>::min();
  if (value.is_number_unsigned()) {
    return static_cast<std::int64_t>(
        std::min<std::uint64_t>(value.get<std::uint64_t>(), static_cast<std::uint64_t>(kMost)));
  }
  if (value.is_number_integer()) return value.get<std::int64_t>();
  if (!value.is_number_float()) return std::nullopt;
  const double number = value.get<double>();
  if (number >= 0x1p63) return kMost;
  if (number <= -0x1p63) return kLeast;
  const auto integer = static_cast<std::int64_t>(number);
  if (static_cast<double>(integer) != number) return std::nullopt;
  return integer;
}

std::optional<std::string> text_problem(const Option& option, const Value& value) {
  if (!value.is_string()) {
    return std::string("must be text, not ") + value.type_name();
  }
  const auto& text = value.get_ref<const std::string&>();
  const auto size = static_cast<std::int64_t>(text.size());
  if (size < option.min) return "must not be empty";
  if (size > option.max) return "must be at most " + std::to_string(option.max) + " bytes long";
  if (text.find('\0') != std::string::npos) return "must not contain a NUL";
  if (option.shipped && !base::is_clean_text(text)) return "must be UTF-8";
  return std::nullopt;
}

std::optional<std::string> integer_problem(const Option& option, const Value& value) {
  const bool is_time = option.shape == Shape::milliseconds;
  const std::string_view unit = is_time ? " milliseconds" : "";
  const auto integer = integer_of(value);
  if (!integer) {
    return (is_time ? "must be a whole number of milliseconds, not "
                    : "must be a whole number, not ") +
           shown(option, value);
  }
  if (*integer >= option.min && *integer <= option.max) return std::nullopt;
  if (*integer == 0 && option.or_zero) return std::nullopt;
  return shown(option, value) + " is out of range; it must be " +
         (option.or_zero ? "0 (no bound) or " : "") + "from " + std::to_string(option.min) +
         " to " + std::to_string(option.max) + std::string(unit);
}

std::optional<std::string> choice_problem(const Option& option, const Value& value) {
  const auto& all = option.choices;
  if (value.is_string() &&
      std::find(all.begin(), all.end(), value.get<std::string>()) != all.end()) {
    return std::nullopt;
  }
  return shown(option, value) + " is not one of " + listed(all);
}

std::optional<std::string> rules_problem(const Value& value) {
  if (!value.is_array()) return std::string("must be a list of texts, not ") + value.type_name();
  std::vector<std::string> rules;
  for (const Value& rule : value) {
    if (!rule.is_string()) {
      return std::string("must be a list of texts, but holds ") + rule.type_name();
    }
    rules.push_back(rule.get<std::string>());
  }
  return base::Redaction::problem(rules);
}

std::optional<std::string> encryption_problem(const Option& option, const Value& value) {
  if (value.is_object()) {
    for (const auto& [key, member] : value.items()) {
      if (key == "rejectUnauthorized") {
        if (member.is_boolean()) continue;
        return "rejectUnauthorized must be true or false";
      }
      // The member may be a private key, so only its name is told.
      return base::json_quote(key) + " is not supported; give sslrootcert, sslcert and sslkey in " +
             "database.connectionString";
    }
    return std::nullopt;
  }
  const auto mode = ssl_mode_of(value);
  const auto& all = option.choices;
  const bool known = mode && std::find(all.begin(), all.end(), *mode) != all.end();
  if (known || mode == "") return std::nullopt;  // empty: libpq's default
  return shown(option, value) + " is neither true, false, an object nor one of " + listed(all);
}

std::optional<bool> word_of(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  if (text == "true" || text == "1" || text == "yes" || text == "on") return true;
  if (text == "false" || text == "0" || text == "no" || text == "off") return false;
  return std::nullopt;
}

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

Value list_of(std::string_view text) {
  Value list = Value::array();
  while (true) {
    const auto comma = text.find(',');
    const std::string_view part = trimmed(text.substr(0, comma));
    if (!part.empty()) list.push_back(part);
    if (comma == std::string_view::npos) return list;
    text.remove_prefix(comma + 1);
  }
}

}  // namespace

const std::vector<Option>& table() {
  static const auto& all = *new auto(make_table());
  return all;
}

std::optional<std::string> problem(const Option& option, const Value& value) {
  switch (option.shape) {
    case Shape::flag:
      if (value.is_boolean()) return std::nullopt;
      return "must be true or false, not " + shown(option, value);
    case Shape::text:
      return text_problem(option, value);
    case Shape::texts:
      return rules_problem(value);
    case Shape::integer:
    case Shape::milliseconds:
      return integer_problem(option, value);
    case Shape::choice:
      return choice_problem(option, value);
    case Shape::encryption:
      return encryption_problem(option, value);
  }
  return "has no shape";
}

Value read_variable(const Option& option, std::string_view text) {
  const std::string whole(text);
  switch (option.shape) {
    case Shape::flag:
    case Shape::encryption:
      if (const auto word = word_of(whole)) return *word;
      return whole;
    case Shape::texts:
      return list_of(text);
    case Shape::integer:
    case Shape::milliseconds: {
      std::int64_t integer = 0;
      const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), integer);
      if (failure == std::errc{} && end == text.data() + text.size()) return integer;
      if (option.shape == Shape::milliseconds) {
        if (const auto micros = base::parse_duration(text)) return *micros / 1000;
      }
      return whole;
    }
    case Shape::text:
    case Shape::choice:
      return whole;
  }
  return whole;
}

}  // namespace edo::options
