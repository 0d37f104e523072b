'use strict';
// Tells a host what went wrong and was not thrown: its own function, or else, once for each message,
// a warning of the process.

const kMaxWarnings = 100;

class Reporter {
  #onError;
  #told = new Set();

  constructor(onError) {
    this.#onError = onError;
  }

  // Never throws: a host's own function must not bring it down through us.
  report(error) {
    try {
      if (!this.#onError) return this.#warn(String(error?.message ?? error));
      const answer = this.#onError(error);
      if (typeof answer?.then === 'function') answer.then(undefined, () => {});
    } catch {
      // What it throws has nowhere to go.
    }
  }

  #warn(message) {
    if (this.#told.has(message) || this.#told.size >= kMaxWarnings) return;
    this.#told.add(message);
    process.emitWarning(message, 'ObservabilityWarning');
  }
}

module.exports = { Reporter };
