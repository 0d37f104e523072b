'use strict';
// What is known of an invocation while it runs: a tree of the handles that record it. Each node
// knows the nodes above it and itself by kind, so the asynchronous context can hold any of them.
//
// Hooks may be missing, late or come twice. The first end of a node counts.

const { hideInsides } = require('./insides');

class ObservedInvocation {
  #payload;
  invocation = this;
  event = undefined;
  job = undefined;
  events = new Map(); // by name
  hasEnded = false;
  error = undefined; // reported before the end, for an end without one

  constructor(handle, payload, onJobEnd) {
    this.handle = handle;
    this.onJobEnd = onJobEnd;
    this.#payload = new WeakRef(payload); // the payload may be large, and is the key of this
  }

  isOf(payload) {
    return this.#payload.deref() === payload;
  }

  startEvent(name) {
    const event = new ObservedEvent(this, name);
    this.events.set(name, event);
    return event;
  }

  // `result` is what listenTo() returns.
  end(result, durationMs) {
    if (this.hasEnded) return;
    this.hasEnded = true;
    const { timedOut = this.#isAborted(), events } = result ?? {};
    const error = result?.error ?? this.error;
    const duration = wholeMillis(durationMs ?? result?.durationMs);
    if (timedOut) {
      this.handle.timeOut(duration); // events and jobs are still under way
      return;
    }
    for (const event of Array.isArray(events) ? events : []) {
      this.events.get(event?.name)?.settle(event.detected, event.jobs);
    }
    if (error) {
      this.handle.fail(error, duration);
    } else {
      this.handle.complete(duration);
    }
  }

  // At a time-out the library aborts the jobs, and may then report an ordinary end before it
  // reports the time-out.
  #isAborted() {
    return this.#payload.deref()?.__abortSignal?.aborted === true;
  }
}

class ObservedEvent {
  job = undefined;
  jobs = [];
  phase = 'detecting'; // then 'handling', then 'ended'
  error = undefined;

  constructor(invocation, name) {
    this.invocation = invocation;
    this.event = this;
    this.name = name;
    this.handle = invocation.handle.event(name);
  }

  detected(isDetected, durationMs) {
    if (this.phase !== 'detecting') return;
    this.phase = isDetected ? 'handling' : 'ended';
    const duration = wholeMillis(durationMs);
    if (isDetected) {
      this.handle.detected(duration);
    } else if (this.error) {
      this.handle.detectionFailed(this.error, duration);
    } else {
      this.handle.notDetected(duration);
    }
  }

  startJob(name, fields) {
    this.detected(true); // there are no jobs without
    const job = new ObservedJob(this, name, fields);
    this.jobs.push(job);
    return job;
  }

  complete(durationMs) {
    this.detected(true);
    if (this.phase === 'ended') return;
    this.phase = 'ended';
    this.handle.complete(wholeMillis(durationMs));
  }

  // The detector or the handler threw, whichever is running.
  fail(error) {
    if (this.phase === 'detecting') this.error ??= error;
    if (this.phase !== 'handling') return;
    this.phase = 'ended';
    this.handle.handlerFailed(error);
  }

  // Ends what the hooks have left open, by what the library says about it at the end of all.
  settle(isDetected, results) {
    this.detected(isDetected);
    this.settleJobs(results);
    if (this.phase === 'handling') this.complete();
  }

  // The library returns the results of its jobs in the order in which it started them. That of a
  // failed one is inside an error of the library's own.
  settleJobs(told) {
    if (!Array.isArray(told) || this.jobs.every((job) => !job.isRunning)) return;
    const results = told.map((result) => result?.error?.jobResult ?? result);
    for (const name of new Set(this.jobs.map((job) => job.name))) {
      const sameName = results.filter((result) => result?.name === name);
      this.jobs
        .filter((job) => job.name === name)
        .forEach((job, i) => sameName[i] && job.end(sameName[i]));
    }
  }

  runningJob(name) {
    return this.jobs.find((job) => job.isRunning && job.name === name);
  }
}

class ObservedJob {
  isRunning = true;
  // Until the hook that announces it has returned, the job's function has not begun, but what the
  // caller of the hook prints already carries the job's context.
  hasBegun = false;
  error = undefined;

  constructor(event, name, fields) {
    this.invocation = event.invocation;
    this.event = event;
    this.job = this;
    this.name = name;
    this.handle = event.handle.job(name, fields);
  }

  // `result` is the library's: {result, completed, error?, durationMs}.
  end(result, durationMs) {
    if (!this.isRunning) return;
    this.isRunning = false;
    this.invocation.onJobEnd();
    const { error, completed, result: value } = result ?? {};
    if (completed === false || error) {
      // A failure's duration may come as 0, which is nothing that was measured.
      const duration = wholeMillis(durationMs || undefined);
      this.handle.fail(error || this.error, duration);
    } else {
      this.handle.complete(value, wholeMillis(durationMs ?? result?.durationMs));
    }
  }
}

function wholeMillis(durationMs) {
  return Number.isFinite(durationMs) && durationMs >= 0
    ? { durationMs: Math.round(durationMs) }
    : {};
}

hideInsides(ObservedInvocation, ObservedEvent, ObservedJob);

module.exports = { ObservedInvocation };
