'use strict';

// Replaces the add-on where nothing is recorded, because it is switched off or the add-on is
// missing: the same calls, which do nothing. Ids are real, since hosts pass them on.

const { randomUUID } = require('node:crypto');

class DisabledHandle {
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

class DisabledJob extends DisabledHandle {
  log() {}
}

class DisabledEvent extends DisabledHandle {
  startJob(id) {
    return new DisabledJob(id, this.correlationId());
  }

  detected() {}
  notDetected() {}
  detectionFailed() {}
  handlerFailed() {}
}

class DisabledInvocation extends DisabledHandle {
  startEvent(id) {
    return new DisabledEvent(id, this.correlationId());
  }

  timeOut() {}
}

class DisabledRecorder {
  #settings;

  constructor(environment, json) {
    const { redact, redactSecrets } = JSON.parse(json);
    const { OBSERVABILITY_REDACT: rules = '', OBSERVABILITY_REDACT_SECRETS: secrets } = environment;
    // Nothing checks the options here, and a wrong one must not stop the host.
    const given = [redact ?? rules.split(',')].flat().filter((rule) => typeof rule === 'string');
    this.#settings = {
      redact: given.map((rule) => rule.trim()).filter((rule) => rule !== ''),
      redactSecrets: redactSecrets ?? !/^(false|0|no|off)$/i.test(secrets ?? ''),
      capturesConsole: false,
    };
  }

  startInvocation(id, correlationId) {
    return new DisabledInvocation(id, correlationId || randomUUID());
  }

  settings() {
    return this.#settings;
  }

  health() {
    return { stored: 0, queued: 0, dropped: 0, walBytes: 0 };
  }

  takeNotifications() {}
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

module.exports = { DisabledRecorder };
