// Hasura's environment variables, which edo serve reads so that a deployment of Hasura keeps its
// meaning.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace edo::cli {

// The first of these variables that is set; `otherwise` if none is.
[[nodiscard]] std::string first_variable(std::initializer_list<const char*> names,
                                         const char* otherwise);

// Throws Error invalid_argument for a variable that would change who may read what, and that edo
// serve does not understand. Returns the others that are set and have no effect.
[[nodiscard]] std::vector<std::string> check_hasura_environment(char** environment);

// The value of a boolean variable that no option reads. Throws Error invalid_argument.
[[nodiscard]] bool boolean_variable(const char* name, bool otherwise);

}  // namespace edo::cli
