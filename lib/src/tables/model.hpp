// The telemetry tables as data: the one list of columns that recording, inspection, shipping and
// verification are built from. Order matters: parents come before their children.
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <string_view>

namespace edo::tables {

// What a column holds; in parentheses, its type at the central database.
enum class Type {
  uuid,       // canonical text (uuid)
  uuid_like,  // a UUID by habit, kept as text if it is none (uuid, and NAME_text text)
  text,       // UTF-8 without NUL (text)
  json,       // a document as text (jsonb)
  timestamp,  // YYYY-MM-DDTHH:MM:SS.ffffffZ (timestamptz)
  integer,    // 32 bits at the central database (integer)
  boolean,    // 0 or 1 (boolean)
};

struct Column {
  std::string_view name;
  Type type;
};

struct Table {
  std::string_view name;
  std::span<const Column> columns;  // "id" is the first
};

inline constexpr std::size_t kTableCount = 4;

[[nodiscard]] const std::array<Table, kTableCount>& tables() noexcept;

// The index in tables() of the table called `name`, or kTableCount.
[[nodiscard]] std::size_t table_index(std::string_view name) noexcept;

}  // namespace edo::tables
