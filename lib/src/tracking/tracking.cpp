#include "edo/tracking.hpp"

#include <simdjson.h>

#include <algorithm>
#include <array>

#include "base/exit.hpp"
#include "base/uuid.hpp"
#include "edo/error.hpp"

namespace edo {
namespace {

namespace ondemand = simdjson::ondemand;

constexpr std::size_t kMaxId = 255;
// Each list in the order in which its names count.
constexpr std::array<std::string_view, 2> kTokenColumns = {"updatedby", "updated_by"};
constexpr std::array<std::string_view, 4> kIdKeys = {"correlation_id", "trace_id", "request_id",
                                                     "workflow_id"};
constexpr std::array<std::string_view, 4> kJsonColumns = {"metadata", "data", "properties",
                                                          "attributes"};
constexpr std::array<std::string_view, 3> kSessionVariables = {"x-correlation-id", "x-request-id",
                                                               "x-trace-id"};

template <std::size_t kCount>
using Found = std::array<std::string, kCount>;

std::string canonical_uuid(std::string_view text) {
  const auto uuid = base::parse_uuid(text);
  return uuid ? base::to_string(*uuid) : std::string();
}

bool equal_but_case(std::string_view one, std::string_view other) noexcept {
  const auto lower = [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  };
  return std::equal(one.begin(), one.end(), other.begin(), other.end(),
                    [&](char a, char b) { return lower(a) == lower(b); });
}

// The text of a value if it could be an id or a token; else nothing.
std::string text_of(ondemand::value& value) {
  std::string_view text;
  if (value.get_string().get(text) != simdjson::SUCCESS) return {};
  return std::string(text);
}

std::string id_if_short(std::string text) {
  return text.size() <= kMaxId ? std::move(text) : std::string();
}

std::string id_of(ondemand::value& value) { return id_if_short(text_of(value)); }

// Calls `visit(key, value)` for the members of an object, as far as it makes sense.
template <typename Visit>
void for_each_member(ondemand::object object, Visit&& visit) {
  for (auto member : object) {
    ondemand::field field;
    if (std::move(member).get(field) != simdjson::SUCCESS) return;
    std::string_view key;
    if (field.unescaped_key().get(key) != simdjson::SUCCESS) continue;
    visit(key, field.value());
  }
}

template <typename Visit>
void for_each_member(ondemand::value& value, Visit&& visit) {
  ondemand::object object;
  if (value.get_object().get(object) == simdjson::SUCCESS) for_each_member(object, visit);
}

// Parses a document and visits the members of the object that it is.
template <typename Visit>
void for_each_member_of_text(std::string_view json, Visit&& visit) {
  if (base::is_exiting()) return;
  const simdjson::padded_string padded(json);
  ondemand::parser parser;
  ondemand::document document;
  ondemand::object object;
  if (parser.iterate(padded).get(document) != simdjson::SUCCESS) return;
  if (document.get_object().get(object) != simdjson::SUCCESS) return;
  for_each_member(object, visit);
}

// Where the value of a key is kept, if its key is one of `names`; else null.
template <std::size_t kCount>
std::string* slot_of(std::string_view key, const std::array<std::string_view, kCount>& names,
                     Found<kCount>& found) {
  const auto name = std::find_if(names.begin(), names.end(),
                                 [&](std::string_view one) { return equal_but_case(key, one); });
  return name == names.end() ? nullptr : &found[static_cast<std::size_t>(name - names.begin())];
}

template <std::size_t kCount>
std::string first_of(const Found<kCount>& found) {
  const auto first =
      std::find_if(found.begin(), found.end(), [](const auto& id) { return !id.empty(); });
  return first == found.end() ? std::string() : *first;
}

// What a payload holds of interest, gathered in one pass.
struct Clues {
  std::string_view configured_field;
  Found<kTokenColumns.size()> tokens;
  std::string configured;
  // The row's own columns, then its JSON columns in their order.
  std::array<Found<kIdKeys.size()>, 1 + kJsonColumns.size()> ids;
  Found<kSessionVariables.size()> session;

  void read_payload(std::string_view json) {
    for_each_member_of_text(json, [&](std::string_view key, ondemand::value value) {
      if (key == "event") read_event(value);
    });
  }

 private:
  void read_event(ondemand::value& event) {
    for_each_member(event, [&](std::string_view key, ondemand::value value) {
      if (key == "data") {
        read_data(value);
      } else if (key == "session_variables") {
        for_each_member(value, [&](std::string_view name, ondemand::value variable) {
          if (auto* slot = slot_of(name, kSessionVariables, session)) *slot = id_of(variable);
        });
      }
    });
  }

  void read_data(ondemand::value& data) {
    for_each_member(data, [&](std::string_view key, ondemand::value value) {
      if (key == "new") read_row(value);
    });
  }

  void read_row(ondemand::value& row) {
    for_each_member(row, [&](std::string_view column, ondemand::value value) {
      const bool is_configured = !column.empty() && column == configured_field;
      const auto* json = std::find(kJsonColumns.begin(), kJsonColumns.end(), column);
      if (json != kJsonColumns.end() && !is_configured) {
        read_json(value, ids[static_cast<std::size_t>(1 + json - kJsonColumns.begin())]);
        return;
      }
      const std::string text = text_of(value);
      if (auto* slot = slot_of(column, kTokenColumns, tokens)) *slot = text;
      if (auto* slot = slot_of(column, kIdKeys, ids[0])) *slot = id_if_short(text);
      if (is_configured) configured = text;
    });
  }

  static void read_json(ondemand::value& value, Found<kIdKeys.size()>& found) {
    const auto visit = [&](std::string_view key, ondemand::value member) {
      if (auto* slot = slot_of(key, kIdKeys, found)) *slot = id_of(member);
    };
    ondemand::json_type type{};
    if (value.type().get(type) != simdjson::SUCCESS) return;
    if (type == ondemand::json_type::object) for_each_member(value, visit);
    if (type == ondemand::json_type::string) for_each_member_of_text(text_of(value), visit);
  }
};

// For each key in its order, the first place that has an id under it.
std::string first_id(const Clues& clues) {
  for (std::size_t key = 0; key < kIdKeys.size(); ++key) {
    for (const auto& place : clues.ids) {
      if (!place[key].empty()) return place[key];
    }
  }
  return first_of(clues.session);
}

ChainOrigin origin_of(const Clues& clues) {
  for (const std::string& text : clues.tokens) {
    if (const auto token = parse_tracking_token(text)) {
      return {token->correlation_id, token->job_execution_id};
    }
    if (std::string uuid = canonical_uuid(text); !uuid.empty()) return {std::move(uuid), {}};
  }
  if (const auto token = parse_tracking_token(clues.configured)) {
    return {token->correlation_id, token->job_execution_id};
  }
  if (!clues.configured.empty() && clues.configured.size() <= kMaxId) return {clues.configured, {}};
  return {first_id(clues), {}};
}

}  // namespace

std::optional<TrackingToken> parse_tracking_token(std::string_view text) {
  const auto first = text.find('|');
  if (first == std::string_view::npos) return std::nullopt;
  const auto second = text.find('|', first + 1);
  const auto correlation = canonical_uuid(text.substr(first + 1, second - first - 1));
  if (correlation.empty()) return std::nullopt;
  TrackingToken token{std::string(text.substr(0, first)), correlation, {}};
  if (second == std::string_view::npos) return token;
  const std::string_view job = text.substr(second + 1);
  if (job.find('|') != std::string_view::npos) return std::nullopt;
  token.job_execution_id = canonical_uuid(job);
  return token;
}

std::string build_tracking_token(std::string_view source, std::string_view correlation_id,
                                 std::string_view job_execution_id) {
  const auto id = [](std::string_view name, std::string_view text) {
    std::string uuid = canonical_uuid(text);
    if (uuid.empty()) {
      throw Error(ErrorKind::invalid_argument, "build a tracking token: the " + std::string(name) +
                                                   " '" + std::string(text) + "' is not a UUID");
    }
    return '|' + uuid;
  };
  std::string token(source);
  std::replace(token.begin(), token.end(), '|', '_');
  token += id("correlation id", correlation_id);
  if (!job_execution_id.empty()) token += id("job execution id", job_execution_id);
  return token;
}

ChainOrigin chain_origin(std::string_view hasura_payload, std::string_view configured_field) {
  Clues clues;
  clues.configured_field = configured_field;
  clues.read_payload(hasura_payload);
  return origin_of(clues);
}

}  // namespace edo
