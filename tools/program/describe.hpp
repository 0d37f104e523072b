// Generates man pages and shell completions from the parser's options, as --help is.
#pragma once

#include <CLI/CLI.hpp>
#include <optional>
#include <string>

namespace edo::cli {

// The output of `PROGRAM describe man|bash|zsh|fish`, which the build uses and --help does not
// list; nothing for any other command line.
[[nodiscard]] std::optional<std::string> described(const CLI::App& program, int argc,
                                                   const char* const* argv);

// In roff, for section 1.
[[nodiscard]] std::string manual_page(const CLI::App& program);

[[nodiscard]] std::string bash_completion(const CLI::App& program);
[[nodiscard]] std::string zsh_completion(const CLI::App& program);
[[nodiscard]] std::string fish_completion(const CLI::App& program);

}  // namespace edo::cli
