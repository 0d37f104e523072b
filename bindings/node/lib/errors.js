'use strict';

// What is thrown when a recorder is opened, and what onError gets. `kind` says what can be done
// about it: invalid_argument, closed, busy, unavailable, denied, in_doubt, refused, full, corrupt,
// schema_too_new or io. `operation` says what failed, `object` on what; each is '' if it is not known.
class ObservabilityError extends Error {
  constructor(kind, message, { operation = '', object = '' } = {}) {
    super(message);
    this.kind = kind;
    this.operation = operation;
    this.object = object;
  }
}
ObservabilityError.prototype.name = 'ObservabilityError';

module.exports = { ObservabilityError };
