// Prints the table of options as JSON, so that a test can walk it.
#include <array>
#include <iostream>

#include "options/table.hpp"

int main() {
  static constexpr std::array kShapes = {"flag",         "text",   "texts",     "integer",
                                         "milliseconds", "choice", "encryption"};
  nlohmann::json all = nlohmann::json::array();
  for (const edo::options::Option& option : edo::options::table()) {
    all.push_back({{"name", option.name},
                   {"field", option.field},
                   {"variable", option.variable},
                   {"shape", kShapes.at(static_cast<std::size_t>(option.shape))},
                   {"default", option.get({})},
                   {"min", option.min},
                   {"max", option.max},
                   {"choices", option.choices},
                   {"ships", option.ships}});
  }
  std::cout << all.dump() << "\n";
  return 0;
}
