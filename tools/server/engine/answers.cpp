#include "tools/server/engine/answers.hpp"

#include "base/text.hpp"
#include "tools/server/language/error.hpp"
#include "tools/server/language/json.hpp"

namespace edo::engine {
namespace {

// Returns the columns of one statement after the other, in the order of the plan's fields.
class Columns {
 public:
  Columns(const std::vector<sql::Statement>& statements, backend::Backend& backend)
      : statements_(statements), backend_(backend) {}

  std::string next() {
    while (at_ == answer_.size()) {
      answer_ = backend_.run(statements_.at(statement_++));
      at_ = 0;
    }
    auto& column = answer_[at_++];
    return column ? std::move(*column) : "null";
  }

 private:
  const std::vector<sql::Statement>& statements_;
  backend::Backend& backend_;
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
  if (const auto* real = std::get_if<double>(&parameter)) return nlohmann::json(*real).dump() + ";";
  return "n";
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
                backend::Backend& backend, std::size_t max_bytes) {
  Columns columns(statements, backend);
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
    if (!first) answered.json += ',';
    first = false;
    answered.json += base::json_quote(field.key) + ":" + value;
    if (answered.json.size() > max_bytes) {
      throw language::RequestError("unexpected", "$",
                                   "the answer is too large; ask for fewer rows with limit");
    }
  }
  answered.json += "}}";
  return answered;
}

}  // namespace edo::engine
