'use strict';
// To which chain an invocation belongs, and which job caused it. What the host or another plugin has
// said counts before what the payload tells, and the id that the library has made comes last.

const { chainOrigin, isUuid, parseToken } = require('./tracking');

// {correlationId, sourceJobId, isOurs}; `isOurs`: nobody else has found the id, and the library can
// use it. `field` is a column of the row.
function chainOf(payload, options, field) {
  const given = options?.correlationId || undefined;
  const { correlationId, sourceJobId } = originOf(payload, options, field);
  return {
    correlationId: given ?? correlationId ?? payload.__correlationId,
    sourceJobId: payload.__sourceJobId ?? sourceJobId,
    isOurs: given === undefined && isUuid(correlationId),
  };
}

function originOf(payload, options, field) {
  const token = parseToken(options?.sourceTrackingToken);
  if (!token) return chainOrigin(payload, { field });
  return { correlationId: token.correlationId, sourceJobId: token.jobExecutionId };
}

module.exports = { chainOf };
