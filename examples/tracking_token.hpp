// Tracking tokens tie a row to the job that wrote it. The job puts the token into the row's
// `updated_by` column; the event that this update causes carries it, and so the next invocation
// learns which chain it belongs to and which job caused it.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace edo::examples {

struct TrackingToken {
  std::string source;            // the function whose job wrote the row
  std::string correlation_id;    // UUID
  std::string job_execution_id;  // UUID, or empty if the writer was no job
};

// "source|correlationId|jobExecutionId", or "source|correlationId" without a job. A pipe in the
// source becomes an underscore.
[[nodiscard]] std::string format_token(const TrackingToken& token);

// Nothing if the text is no token, as when a person has written the row.
[[nodiscard]] std::optional<TrackingToken> parse_token(std::string_view text);

}  // namespace edo::examples
