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
  #settings;

  constructor(environment, json) {
    const { redact, redactSecrets } = JSON.parse(json);
    const { OBSERVABILITY_REDACT: rules, OBSERVABILITY_REDACT_SECRETS: secrets } = environment;
    this.#settings = {
      redact: redact ?? (rules ? rules.split(',').map((rule) => rule.trim()) : []),
      redactSecrets: redactSecrets ?? !/^(false|0|no|off)$/i.test(secrets ?? ''),
      capturesConsole: false,
    };
  }

  startInvocation(id, correlationId) {
    return new InertInvocation(id, correlationId || randomUUID());
  }

  settings() {
    return this.#settings;
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
