'use strict';

// What stands in for the add-on where nothing is to be recorded, or nothing can be: the same calls,
// which do nothing. Ids are real, since hosts hand them on.

const { randomUUID } = require('node:crypto');

class Inert {
  #id;
  #correlationId;

  constructor(id, correlationId) {
    this.#id = id || randomUUID();
    this.#correlationId = correlationId;
  }

  id() {
    return this.#id;
  }

  correlationId() {
    return this.#correlationId;
  }

  complete() {}
  fail() {}
}

class InertJob extends Inert {
  log() {}
}

class InertEvent extends Inert {
  startJob(id) {
    return new InertJob(id, this.correlationId());
  }

  detected() {}
  notDetected() {}
  detectionFailed() {}
  handlerFailed() {}
}

class InertInvocation extends Inert {
  startEvent(id) {
    return new InertEvent(id, this.correlationId());
  }

  timeOut() {}
}

class InertRecorder {
  startInvocation(id, correlationId) {
    return new InertInvocation(id, correlationId || randomUUID());
  }

  settings() {
    return { pointers: [], redacts: false, capturesConsole: false };
  }

  hides() {
    return false;
  }

  health() {
    return { stored: 0, queued: 0, dropped: 0, walBytes: 0 };
  }

  takeNews() {}
  keepAlive() {}
  nudge() {}
  flush() {}
  giveUp() {}
  commit() {}
  commitLater() {
    return false;
  }

  committed() {
    return 0;
  }

  close() {}
}

module.exports = { InertRecorder };
