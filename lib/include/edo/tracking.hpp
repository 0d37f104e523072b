/// @file
/// Connects the invocations of a chain. A row that a job writes causes the next event, and so the
/// next invocation. The job writes a tracking token into the row's `updated_by` column, and the
/// handler of the event reads it there.
///
///     row.updated_by = edo::build_tracking_token("orders", job.correlation_id(), job.id());
///     …
///     const edo::ChainOrigin origin = edo::chain_origin(payload);
///     recorder.start_invocation({.correlation_id = origin.correlation_id,
///                                .source_job_id = origin.source_job_id, …});
///
/// These functions keep no state; any thread may call them.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "edo/export.hpp"

namespace edo {

/// "source|correlationId|jobExecutionId" or "source|correlationId".
struct TrackingToken {
  std::string source;            ///< the function whose job wrote the row
  std::string correlation_id;    ///< UUID in lower case
  std::string job_execution_id;  ///< the same; empty: not known
};

/// Returns nothing if the text is not a token, for example because a person wrote the row. Ignores
/// a third part that is not a UUID, since the chain is known without it.
[[nodiscard]] EDO_EXPORT std::optional<TrackingToken> parse_tracking_token(std::string_view text);

/// A pipe in `source` becomes '_'. Throws Error (invalid_argument) if an id is not a UUID.
[[nodiscard]] EDO_EXPORT std::string build_tracking_token(std::string_view source,
                                                          std::string_view correlation_id,
                                                          std::string_view job_execution_id = {});

/// Where an invocation comes from. Empty: not in the payload.
struct ChainOrigin {
  std::string correlation_id;
  std::string source_job_id;  ///< UUID of the job that caused it; only a token has it
};

/// Searches the payload of a Hasura event trigger. The first of these counts:
///   1. a token, or a UUID alone, in the row's `updatedby` or `updated_by`; the row is
///      event.data.new;
///   2. the row's column `configured_field`, if one is given: a token, or the id itself;
///   3. `correlation_id`, then `trace_id`, `request_id` and `workflow_id`, each as a column of the
///      row and then in its columns `metadata`, `data`, `properties` and `attributes`, which may be
///      objects or text that is one;
///   4. the session variables `x-correlation-id`, `x-request-id`, `x-trace-id`.
///
/// An id from 2 to 4 may be any text up to 255 bytes. The result of an invalid payload is empty; no
/// text makes this throw.
[[nodiscard]] EDO_EXPORT ChainOrigin chain_origin(std::string_view hasura_payload,
                                                  std::string_view configured_field = {});

}  // namespace edo
