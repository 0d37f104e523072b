// Prints the table of options as JSON, so that a test can walk it.
#include <iostream>

#include "options/table.hpp"

int main() {
  nlohmann::json all = nlohmann::json::array();
  for (const edo::options::Option& option : edo::options::table()) {
    all.push_back({{"name", option.name},
                   {"variable", option.variable},
                   {"choices", option.choices},
                   {"ships", option.ships}});
  }
  std::cout << all.dump() << "\n";
  return 0;
}
