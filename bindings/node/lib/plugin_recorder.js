'use strict';
// The recorder of a plugin. It is opened when it is first needed and tried again if that fails, and
// it never throws into the host.

const { ObservabilityError } = require('./errors');
const { Reporter } = require('./reporter');

const kReopenMs = 1000;
const nothing = Promise.resolve();

class PluginRecorder {
  #settings;
  #recorder = undefined;
  #openError = undefined;
  #openAgainAt = 0;
  #reporter;
  #reported = 0; // errors
  #isBehind = false; // the last flush has not shipped everything

  constructor(settings) {
    this.#settings = settings;
    this.#reporter = new Reporter(settings.onError);
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

  // Calls `action(recorder)`. The promise resolves when what it recorded is committed. Failures are
  // reported and never reach the host.
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
      const reported = this.#reported;
      const { finished } = (await this.#recorder?.flush({ deadlineMs })) ?? { finished: true };
      // Once, and not if it is known why.
      if (!finished && !this.#isBehind && reported === this.#reported) this.report(notInTime(deadlineMs));
      this.#isBehind = !finished;
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

  report(error) {
    ++this.#reported;
    this.#reporter.report(error);
  }
}

function notInTime(deadlineMs) {
  const message = `flush: not everything has reached the central database after ${deadlineMs} ms; the rest goes with the next invocation, unless the store is lost before`;
  return new ObservabilityError('unavailable', message);
}

module.exports = { PluginRecorder };
