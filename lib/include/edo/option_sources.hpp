/// @file
/// Reads options from JSON and from the environment, under the names that docs/host-cpp.md lists. A
/// host applies one source after another; a source changes only what it mentions:
///
///     edo::Options options;                                           // the defaults
///     edo::apply_environment(options, edo::process_environment());    // OBSERVABILITY_…
///     edo::apply_json(options, R"({"maxJsonSize": 65536})");          // the host's own
///     edo::Recorder recorder(options);
///
/// Any thread may call these functions. A wrong option throws Error (invalid_argument) and leaves
/// the options unchanged. The message begins with the option's name as that source writes it, and
/// never contains a secret.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "edo/export.hpp"
#include "edo/options.hpp"

namespace edo {

/// Variables by name.
using Environment = std::map<std::string, std::string, std::less<>>;

/// The variables of this process. No other thread may change them meanwhile.
[[nodiscard]] EDO_EXPORT Environment process_environment();

/// Takes an object in the form of the JavaScript options. Durations are milliseconds, sizes are
/// bytes, null means "not given". Refuses unknown names.
EDO_EXPORT void apply_json(Options& options, std::string_view json);
[[nodiscard]] EDO_EXPORT Options options_from_json(std::string_view json);

/// OBSERVABILITY_ENABLED, OBSERVABILITY_DB_URL, OBSERVABILITY_MAX_JSON_SIZE and so on; EDO_STORE
/// where OBSERVABILITY_STORE is not set. An empty variable counts as not set. Refuses an unknown
/// variable that looks like a misspelt option; ignores the others, which may belong to other
/// programs.
EDO_EXPORT void apply_environment(Options& options, const Environment& environment);
[[nodiscard]] EDO_EXPORT Options options_from_environment(const Environment& environment);

/// Checks options that the host filled in itself; messages name the struct's members. The Recorder
/// calls this.
EDO_EXPORT void validate(const Options& options);

}  // namespace edo
