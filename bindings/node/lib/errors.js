'use strict';

// What is thrown when a recorder is opened, and what onError is told. `kind` says what can be done
// about it: invalid_argument, closed, busy, unavailable, denied, in_doubt, refused, full, corrupt,
// schema_too_new or io.
class ObservabilityError extends Error {
  constructor(kind, message) {
    super(message);
    this.kind = kind;
  }
}
ObservabilityError.prototype.name = 'ObservabilityError';

module.exports = { ObservabilityError };
