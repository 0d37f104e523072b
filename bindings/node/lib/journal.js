'use strict';
// The recorder behind a plugin: opened when it is first needed, tried again when that fails, and
// never a reason for an exception in the host.

const kReopenMs = 1000;
const nothing = Promise.resolve();

class Journal {
  #settings;
  #recorder = undefined;
  #openError = undefined;
  #openAgainAt = 0;
  #reported = new Set();

  constructor(settings) {
    this.#settings = settings;
  }

  // A store that could not be opened is not tried again with every call.
  open() {
    if (this.#recorder) return this.#recorder;
    if (performance.now() < this.#openAgainAt) throw this.#openError;
    try {
      const { Recorder } = require('./recorder');
      const { store, ...options } = this.#settings.recorder;
      this.#recorder = new Recorder(store, { ...options, onError: (error) => this.report(error) });
      return this.#recorder;
    } catch (error) {
      this.#openError = error;
      this.#openAgainAt = performance.now() + kReopenMs;
      throw error;
    }
  }

  // Calls `action(recorder)`. The promise resolves when what it recorded is committed. Whatever goes
  // wrong is ours and not the host's.
  write(action) {
    if (!this.#settings.isEnabled) return nothing;
    try {
      const recorder = this.open();
      action(recorder);
      return recorder.committed();
    } catch (error) {
      this.report(error);
      return nothing;
    }
  }

  async ship(deadlineMs) {
    try {
      await this.#recorder?.flush({ deadlineMs });
    } catch (error) {
      this.report(error);
    }
  }

  health() {
    return this.#recorder?.health();
  }

  close() {
    this.#recorder?.close();
    this.#recorder = undefined;
  }

  // Without a function of the host's, each message is told once: it would come with every call.
  report(error) {
    try {
      if (this.#settings.onError) {
        this.#settings.onError(error);
        return;
      }
      const message = String(error?.message ?? error);
      if (this.#reported.has(message) || this.#reported.size >= 100) return;
      this.#reported.add(message);
      process.emitWarning(message, 'ObservabilityWarning');
    } catch {
      // The host's own function may throw.
    }
  }
}

module.exports = { Journal };
