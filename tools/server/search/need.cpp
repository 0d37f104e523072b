#include "tools/server/search/need.hpp"

#include <algorithm>
#include <utility>

#include "tools/server/language/json.hpp"
#include "tools/server/search/folding.hpp"
#include "tools/server/search/signature.hpp"

namespace edo::search {
namespace {

using nlohmann::json;

// A shorter piece has nothing that the index knows.
void add_piece(std::string_view literal, std::vector<std::string>& pieces) {
  std::string piece;
  append_folded(literal, piece);
  if (piece.size() >= kGramBytes) pieces.push_back(std::move(piece));
}

Need of_pieces(std::vector<std::string> pieces) {
  if (pieces.empty()) return {};
  return {.kind = Need::Kind::text, .pieces = std::move(pieces)};
}

// A number may have been written with more digits after these, such as 1.50 for 1.5. One with an
// exponent is too large or too small to be printed in one way only.
std::string beginning_of(const json& number) {
  std::string digits = language::jsonb_text(number);
  if (digits.find_first_of("eE") != std::string::npos) return {};
  if (digits.find('.') == std::string::npos) return digits;
  digits.erase(digits.find_last_not_of('0') + 1);
  if (digits.ends_with('.')) digits.pop_back();
  return digits;
}

// How a document begins that contains this one.
std::string beginning(const json& part) {
  if (part.is_object()) return "{";
  if (part.is_array()) return "[";
  return language::is_number(part) ? beginning_of(part) : language::jsonb_text(part);
}

void add_pieces(const json& part, std::vector<std::string>& pieces) {
  if (part.is_object()) {
    for (const auto& [key, value] : part.items()) {
      add_piece(language::jsonb_text(json(key)) + ": " + beginning(value), pieces);
      add_pieces(value, pieces);
    }
  } else if (part.is_array()) {
    for (const auto& element : part) {
      if (!element.is_structured()) add_piece(beginning(element), pieces);
      add_pieces(element, pieces);
    }
  }
}

}  // namespace

// A part of which nothing is known excludes no rows.
Need all_of(std::vector<Need> parts) {
  std::erase_if(parts, [](const Need& part) { return !part.is_known(); });
  if (parts.empty()) return {};
  if (parts.size() == 1) return std::move(parts.front());
  return {.kind = Need::Kind::all, .parts = std::move(parts)};
}

Need any_of(std::vector<Need> parts) {
  const auto is_unknown = [](const Need& part) { return !part.is_known(); };
  if (parts.empty() || std::any_of(parts.begin(), parts.end(), is_unknown)) return {};
  if (parts.size() == 1) return std::move(parts.front());
  return {.kind = Need::Kind::any, .parts = std::move(parts)};
}

Need of_pattern(std::string_view pattern) {
  std::vector<std::string> pieces;
  std::string literal;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    if (pattern[i] == '%' || pattern[i] == '_') {
      add_piece(literal, pieces);
      literal.clear();
      continue;
    }
    if (pattern[i] == '\\' && ++i == pattern.size()) return {};  // it is an error
    literal += pattern[i];
  }
  add_piece(literal, pieces);
  return of_pieces(std::move(pieces));
}

Need of_document(const json& part) {
  std::vector<std::string> pieces;
  if (!part.is_structured()) add_piece(beginning(part), pieces);
  add_pieces(part, pieces);
  return of_pieces(std::move(pieces));
}

const std::vector<TextColumn>& text_columns() {
  static const std::vector<TextColumn> columns = {
      {"invocations", "source_function"},
      {"invocations", "source_table"},
      {"invocations", "source_system"},
      {"invocations", "source_event_payload", true},
      {"invocations", "source_user_email"},
      {"invocations", "source_user_role"},
      {"invocations", "error_message"},
      {"invocations", "error_stack"},
      {"invocations", "context_data", true},
      {"event_executions", "event_name"},
      {"event_executions", "event_module_path"},
      {"event_executions", "detection_error"},
      {"event_executions", "detection_error_stack"},
      {"event_executions", "handler_error"},
      {"event_executions", "handler_error_stack"},
      {"job_executions", "job_name"},
      {"job_executions", "job_function_name"},
      {"job_executions", "job_options", true},
      {"job_executions", "result", true},
      {"job_executions", "error_message"},
      {"job_executions", "error_stack"},
      {"job_logs", "message"},
      {"job_logs", "data", true},
      {"job_logs", "source"},
  };
  return columns;
}

bool is_searched(std::string_view table, std::string_view column) {
  const auto& columns = text_columns();
  return std::any_of(columns.begin(), columns.end(), [&](const TextColumn& known) {
    return known.table == table && known.name == column;
  });
}

}  // namespace edo::search
