#include "tools/server/engine/answers.hpp"

#include <bit>

#include "base/text.hpp"
#include "tools/server/language/error.hpp"
#include "tools/server/language/json.hpp"

namespace edo::engine {
namespace {

constexpr std::size_t kLargeField = std::size_t{1} << 16;

// Returns the columns of one statement after the other, in the order of the plan's fields.
class Columns {
 public:
  Columns(const std::vector<sql::Statement>& statements, backend::Backend& backend,
          std::size_t most)
      : statements_(statements), backend_(backend), most_(most) {}

  std::string next() {
    while (at_ == answer_.size()) {
      answer_ = backend_.run(statements_.at(statement_++), most_);
      at_ = 0;
    }
    auto& column = answer_[at_++];
    return column ? std::move(*column) : "null";
  }

 private:
  const std::vector<sql::Statement>& statements_;
  backend::Backend& backend_;
  std::size_t most_;
  backend::Answer answer_;
  std::size_t statement_ = 0;
  std::size_t at_ = 0;
};

std::string spelled(const sql::Parameter& parameter) {
  if (const auto* text = std::get_if<std::string>(&parameter)) {
    return "t" + std::to_string(text->size()) + ":" + *text;
  }
  if (const auto* number = std::get_if<std::int64_t>(&parameter)) {
    return "i" + std::to_string(*number) + ";";
  }
  // Not as JSON, in which the infinities are the same.
  if (const auto* real = std::get_if<double>(&parameter)) {
    return "r" + std::to_string(std::bit_cast<std::uint64_t>(*real)) + ";";
  }
  return "n";
}

Answered answer_within(const plan::Plan& plan, const std::vector<sql::Statement>& statements,
                       backend::Backend& backend, std::size_t most) {
  Columns columns(statements, backend, most);
  Answered answered;
  answered.json = "{\"data\":{";
  bool first = true;
  for (const auto& field : plan.fields) {
    const auto* constant = std::get_if<plan::Constant>(&field.kind);
    const std::string value = constant != nullptr ? constant->json : columns.next();
    if (std::holds_alternative<plan::Stream>(field.kind)) {
      answered.has_rows = value != "[]";
      answered.cursor = language::parse_json(columns.next()).value();
    }
    if (answered.json.size() + value.size() > most) throw backend::TooLarge();
    const std::string key = (first ? "" : ",") + base::json_quote(field.key) + ":";
    first = false;
    // Exactly as much as it takes, unless there are many small fields.
    if (value.size() > kLargeField) {
      answered.json.reserve(answered.json.size() + key.size() + value.size() + 2);
    }
    answered.json += key;
    answered.json += value;
  }
  answered.json += "}}";
  return answered;
}

}  // namespace

std::string key_of(const plan::Plan& plan, const std::vector<sql::Statement>& statements) {
  std::string key;
  for (const auto& field : plan.fields) {
    key += field.key + "\n";
    if (const auto* constant = std::get_if<plan::Constant>(&field.kind))
      key += constant->json + "\n";
  }
  for (const auto& statement : statements) {
    key += statement.text + "\n";
    for (const auto& parameter : statement.parameters) key += spelled(parameter);
  }
  return key;
}

Answered answer(const plan::Plan& plan, const std::vector<sql::Statement>& statements,
                backend::Backend& backend, backend::Room& room) {
  for (std::size_t most = backend.stops_early() ? room.first() : room.largest();;) {
    try {
      Answered answered = answer_within(plan, statements, backend, most);
      room.keep(answered.json.size());
      return answered;
    } catch (const backend::TooLarge&) {
      const auto next = room.after(most);
      if (!next) throw;
      most = *next;
    }
  }
}

}  // namespace edo::engine
