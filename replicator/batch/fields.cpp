#include "replicator/batch/fields.hpp"

#include <array>

namespace edo::batch {
namespace {

std::array<std::vector<Field>, tables::kTableCount> derived() {
  std::array<std::vector<Field>, tables::kTableCount> result;
  for (std::size_t table = 0; table < tables::kTableCount; ++table) {
    const auto& columns = tables::tables()[table].columns;
    for (std::size_t i = 0; i < columns.size(); ++i) {
      const std::string name(columns[i].name);
      if (columns[i].type == tables::Type::uuid_like) {
        result[table].push_back({name, tables::Type::uuid, i});
        result[table].push_back({name + "_text", tables::Type::text, i});
      } else {
        result[table].push_back({name, columns[i].type, i});
      }
    }
  }
  return result;
}

}  // namespace

std::span<const Field> fields(std::size_t table) {
  static const auto kFields = derived();
  return kFields.at(table);
}

}  // namespace edo::batch
