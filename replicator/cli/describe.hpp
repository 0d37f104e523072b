// Man pages and completions for shells, made from the options that the parser knows, as --help is.
#pragma once

#include <CLI/CLI.hpp>
#include <optional>
#include <string>

namespace edo::cli {

// What the build asks for with `PROGRAM describe man|bash|zsh|fish`, which --help does not list;
// nothing if the command line says something else.
[[nodiscard]] std::optional<std::string> described(const CLI::App& program, int argc,
                                                   const char* const* argv);

// In roff, for section 1.
[[nodiscard]] std::string manual_page(const CLI::App& program);

[[nodiscard]] std::string bash_completion(const CLI::App& program);
[[nodiscard]] std::string zsh_completion(const CLI::App& program);
[[nodiscard]] std::string fish_completion(const CLI::App& program);

}  // namespace edo::cli
