'use strict';

// When what was recorded is committed: at once, or together at the end of a turn of the event loop.

// In a turn that is longer than this, calls commit themselves.
const longestTurnMs = 20;

class EachCall {
  #native;

  constructor(native) {
    this.#native = native;
  }

  recorded() {}

  invocationEnded() {
    this.#native.nudge();
  }

  commit() {}

  committed() {
    return Promise.resolve();
  }
}

class EachTurn {
  #native;
  #now;
  #began = 0; // when the first call of this turn came; 0: there was none yet
  #ended = false; // an invocation has ended
  #waiting = []; // those who want to know of the commit

  constructor(native, now = () => performance.now()) {
    this.#native = native;
    this.#now = now;
  }

  // After each call. A turn ends when all callbacks that are ready have run, and their promises.
  recorded() {
    if (this.#began === 0) {
      this.#began = this.#now();
      setImmediate(() => this.commit());
    } else if (this.#now() - this.#began > longestTurnMs) {
      this.#native.commit();
    }
  }

  invocationEnded() {
    this.#ended = true;
    this.recorded();
  }

  commit() {
    if (this.#began === 0) return;
    this.#began = 0;
    this.#native.commit();
    if (this.#ended) this.#native.nudge();
    this.#ended = false;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve();
  }

  committed() {
    if (this.#began === 0) return Promise.resolve();
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
    });
  }
}

module.exports = { EachCall, EachTurn };
