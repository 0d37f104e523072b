// Finds an element by its member `name`, in lists that are short enough for a linear search.
#pragma once

#include <algorithm>
#include <string_view>

namespace edo::language {

// Null if nothing has that name.
template <typename Items>
[[nodiscard]] auto find_by_name(const Items& items, std::string_view name) {
  const auto found =
      std::find_if(items.begin(), items.end(), [&](const auto& item) { return item.name == name; });
  return found == items.end() ? nullptr : &*found;
}

}  // namespace edo::language
