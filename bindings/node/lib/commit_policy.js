'use strict';

// When what was recorded is committed: at once, or together at the end of a turn of the event loop, by
// a thread of the recorder.

// Node's own, which tests of a host may replace: a turn would never end.
const { setImmediate } = globalThis;

// In a turn that is longer than this, calls are committed one by one.
const longestTurnMs = 20;
const done = Promise.resolve();

class CommitEachCall {
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
    return done;
  }

  stored() {}
}

class CommitEachTick {
  #native;
  #now;
  #atEnd = () => this.commit();
  #began = 0; // when the first call of this turn came; 0: there was none yet
  // Commits have numbers.
  #asked = 0; // the last that was asked for
  #stored = 0; // the last that is done
  #end = 0; // the one that has the end of an invocation; 0: there is none
  #waiting = []; // {number, promise, resolve} of commits that callers wait for

  constructor(native, now = () => performance.now()) {
    this.#native = native;
    this.#now = now;
  }

  // After each call. A turn ends when all callbacks that are ready have run, and their promises.
  recorded() {
    if (this.#began === 0) {
      this.#began = this.#now();
      setImmediate(this.#atEnd);
    } else if (this.#now() - this.#began > longestTurnMs) {
      this.#ask();
    }
  }

  invocationEnded() {
    this.#end = this.#asked + 1;
    this.recorded();
  }

  commit() {
    if (this.#began === 0) return;
    this.#began = 0;
    this.#ask();
  }

  committed() {
    const number = this.#began === 0 ? this.#asked : this.#asked + 1;
    if (number === this.#stored) return done;
    const last = this.#waiting.at(-1);
    if (last?.number === number) return last.promise;
    const waiting = { number };
    waiting.promise = new Promise((resolve) => {
      waiting.resolve = resolve;
    });
    this.#waiting.push(waiting);
    return waiting.promise;
  }

  // All commits until this one are done.
  stored(number) {
    this.#stored = number;
    if (this.#end !== 0 && this.#end <= number) {
      this.#end = 0;
      this.#native.nudge();
    }
    while (this.#waiting.length > 0 && this.#waiting[0].number <= number) this.#waiting.shift().resolve();
  }

  #ask() {
    if (!this.#native.commitLater(++this.#asked)) this.stored(this.#asked);
  }
}

module.exports = { CommitEachCall, CommitEachTick };
