'use strict';
// Reports failures that were not thrown: to the host's own function or, without one, as a warning
// of the process, once for each message.

const kMaxWarnings = 100;

class Reporter {
  #onError;
  #told = new Set();

  constructor(onError) {
    this.#onError = onError;
  }

  // Never throws: an exception of the host's function must not end the host.
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
