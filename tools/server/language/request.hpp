// A request: its session, its query, and its limits.
#pragma once

#include <chrono>
#include <cstddef>
#include <map>
#include <nlohmann/json.hpp>
#include <string>

namespace edo::language {

// The role of a client, and the x-hasura-* values (names in lower case) that filters may use.
struct Session {
  std::string role = "admin";
  std::map<std::string, std::string> variables;
};

struct Request {
  std::string query;
  std::string operation_name;
  nlohmann::json variables = nlohmann::json::object();
};

struct Limits {
  std::size_t query_bytes = std::size_t{1} << 20;
  std::size_t depth = 20;     // of nested fields
  std::size_t fields = 5000;  // of one operation, fragments spread
  std::size_t answer_bytes = std::size_t{64} << 20;
  std::chrono::milliseconds time{30'000};  // of one statement
};

}  // namespace edo::language
