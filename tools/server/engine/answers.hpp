// Runs the statements of a plan and assembles the response.
#pragma once

#include <cstddef>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tools/server/backend/backend.hpp"
#include "tools/server/backend/room.hpp"
#include "tools/server/plan/plan.hpp"
#include "tools/server/sql/statement.hpp"

namespace edo::engine {

// Contains everything that the response depends on, except the data.
[[nodiscard]] std::string key_of(const plan::Plan& plan,
                                 const std::vector<sql::Statement>& statements);

struct Answered {
  std::string json;      // {"data": …}
  bool has_rows = true;  // false: a stream that had none
  // Of a stream: its cursor, each column's value by its name.
  nlohmann::json cursor;
};

// The room keeps the memory of the answer. Throws RequestError and MemoryShortage.
[[nodiscard]] Answered answer(const plan::Plan& plan, const std::vector<sql::Statement>& statements,
                              backend::Backend& backend, backend::Room& room);

}  // namespace edo::engine
