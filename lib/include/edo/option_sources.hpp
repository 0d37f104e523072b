// Options from JSON and from the environment, under the names that docs/host-cpp.md lists. A host
// lays one source on top of another; what a source does not mention stays as it was:
//
//   edo::Options options;                                           // the defaults
//   edo::apply_environment(options, edo::process_environment());    // OBSERVABILITY_…
//   edo::apply_json(options, R"({"maxJsonSize": 65536})");          // what the host says itself
//   edo::Recorder recorder(options);
//
// All of it may be called by any thread. Whatever is wrong throws Error (invalid_argument), whose
// message begins with the option's name as that source writes it and never holds a secret; the
// options are then as they were before the call.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "edo/export.hpp"
#include "edo/options.hpp"

namespace edo {

// Variables by name.
using Environment = std::map<std::string, std::string, std::less<>>;

// The variables of this process. Not while another thread changes them.
[[nodiscard]] EDO_EXPORT Environment process_environment();

// An object in the form of the JavaScript options. Times are milliseconds, sizes bytes; null means
// "not given"; a name that is not known is refused.
EDO_EXPORT void apply_json(Options& options, std::string_view json);
[[nodiscard]] EDO_EXPORT Options options_from_json(std::string_view json);

// OBSERVABILITY_ENABLED, OBSERVABILITY_DB_URL, OBSERVABILITY_MAX_JSON_SIZE and so on; EDO_STORE
// where OBSERVABILITY_STORE is not set. An empty variable counts as not set. Of the variables that
// are not known, those are refused that look like a misspelt option; others belong to others.
EDO_EXPORT void apply_environment(Options& options, const Environment& environment);
[[nodiscard]] EDO_EXPORT Options options_from_environment(const Environment& environment);

// Checks options that were filled in by hand; names are then those of the struct's members. The
// Recorder does this itself.
EDO_EXPORT void validate(const Options& options);

}  // namespace edo
