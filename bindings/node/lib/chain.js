'use strict';
// To which chain an invocation belongs, and which job caused it. What the host or another plugin has
// said counts before what the payload tells, and the id that the library makes comes last.

const { chainOrigin, isUuid, parseToken } = require('./tracking');

class Chains {
  #field;
  #prepared = new WeakMap(); // by payload: what was known before the library made an id

  constructor(field) {
    this.#field = field;
  }

  // Before the invocation: the options, with the correlation id that the library is to use. It hands
  // out UUIDs and may count on it, so another id is kept from it.
  configure(payload, options) {
    const found = this.#look(payload, options);
    this.#prepared.set(payload, found);
    const isOurs = found.given === undefined && isUuid(found.correlationId);
    return isOurs ? { ...options, correlationId: found.correlationId } : options;
  }

  // {correlationId, sourceJobId} of the invocation that starts.
  of(payload, options) {
    const found = this.#prepared.get(payload) ?? this.#look(payload, options);
    this.#prepared.delete(payload);
    const wasKept =
      found.given === undefined && found.correlationId && !isUuid(found.correlationId);
    return {
      correlationId: wasKept
        ? found.correlationId
        : (options?.correlationId ?? found.correlationId ?? payload.__correlationId),
      sourceJobId: payload.__sourceJobId ?? found.sourceJobId,
    };
  }

  #look(payload, options) {
    const given = options?.correlationId ?? undefined;
    const token = parseToken(options?.sourceTrackingToken);
    if (token)
      return { given, correlationId: token.correlationId, sourceJobId: token.jobExecutionId };
    return { given, ...chainOrigin(payload, { field: this.#field }) };
  }
}

module.exports = { Chains };
