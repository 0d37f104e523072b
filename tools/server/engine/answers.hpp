// A plan with its statements, and the answer that is put together from what they yield.
#pragma once

#include <cstddef>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tools/server/backend/backend.hpp"
#include "tools/server/plan/plan.hpp"
#include "tools/server/sql/statement.hpp"

namespace edo::engine {

// Says everything that the answer depends on, but for what is in the database.
[[nodiscard]] std::string key_of(const plan::Plan& plan,
                                 const std::vector<sql::Statement>& statements);

struct Answered {
  std::string json;      // {"data": …}
  bool has_rows = true;  // false: a stream that had none
  // Of a stream: where it stands now, each column's value by its name.
  nlohmann::json cursor;
};

// Throws RequestError.
[[nodiscard]] Answered answer(const plan::Plan& plan, const std::vector<sql::Statement>& statements,
                              backend::Backend& backend, std::size_t max_bytes);

}  // namespace edo::engine
