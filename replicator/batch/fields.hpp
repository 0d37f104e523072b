// The columns of the telemetry tables as they are in the central database, derived from
// tables::tables(): a uuid_like column becomes two, NAME (uuid) and NAME_text.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "tables/model.hpp"

namespace edo::batch {

struct Field {
  std::string name;
  tables::Type type;   // never uuid_like
  std::size_t column;  // where its value comes from, in tables::Table::columns
};

// The fields of tables::tables()[table].
[[nodiscard]] std::span<const Field> fields(std::size_t table);

}  // namespace edo::batch
