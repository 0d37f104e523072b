'use strict';
// A small host that makes the calls of the detector library in its order: plugins, listenTo, run
// and job. What it leaves out is what a plugin cannot see.

const { randomUUID } = require('node:crypto');
const fs = require('node:fs');
const path = require('node:path');

function makeLibrary() {
  class BasePlugin {
    constructor(config = {}) {
      this.config = config;
      this.enabled = config.enabled ?? true;
      this.name = this.constructor.name;
    }
    async initialize() {}
    async onInvocationStart() {}
    async onEventDetectionStart() {}
    async onEventDetectionEnd() {}
    async onEventHandlerStart() {}
    async onJobStart() {}
    async onJobEnd() {}
    async onEventHandlerEnd() {}
    async onInvocationEnd() {}
    async onError() {}
    async onLog() {}
    async flush() {}
    async shutdown() {}
  }

  class PluginManager {
    plugins = [];
    problems = []; // what the real one logs
    #isInitialized = false;

    register(plugin) {
      if (!(plugin instanceof BasePlugin)) throw new Error('a plugin must extend BasePlugin');
      this.plugins.push(plugin);
      plugin.setPluginManager?.(this);
      return this;
    }

    async initialize() {
      if (this.#isInitialized) return;
      this.#isInitialized = true; // so that others go on while a slow one is not ready
      await Promise.all(
        this.plugins.map(async (plugin) => {
          try {
            if (plugin.enabled) await plugin.initialize();
          } catch (error) {
            plugin.enabled = false;
            this.problems.push({ plugin: plugin.name, hook: 'initialize', error });
          }
        }),
      );
    }

    async call(hook, ...args) {
      await Promise.all(
        this.plugins
          .filter((plugin) => plugin.enabled && plugin[hook])
          .map((plugin) =>
            plugin[hook](...args).catch((error) =>
              this.problems.push({ plugin: plugin.name, hook, error }),
            ),
          ),
      );
    }

    async preConfigure(payload, options) {
      let configured = options;
      for (const plugin of this.plugins) {
        if (plugin.enabled && plugin.onPreConfigure) {
          configured = (await plugin.onPreConfigure(payload, configured)) ?? configured;
        }
      }
      return configured;
    }

    async shutdown() {
      this.#isInitialized = false;
      await this.call('shutdown');
    }
  }

  const pluginManager = new PluginManager();

  async function listenTo(payload, given = {}) {
    const startedAt = Date.now();
    await pluginManager.initialize();
    if (!payload?.event?.op || !payload.table)
      return { events: [], error: new Error('not an event') };

    const options = await pluginManager.preConfigure(payload, given);
    const correlationId = options.correlationId ?? randomUUID();
    Object.assign(payload, { __correlationId: correlationId, __context: options.context });
    await pluginManager.call('onInvocationStart', payload, { ...options, correlationId });

    const modules = Object.entries(modulesOf(options));
    const work = Promise.all(modules.map(([name, module]) => handle(name, module, payload)));
    const finish = async (result) => {
      const durationMs = Date.now() - startedAt;
      const told = { durationMs, ...result };
      await pluginManager.call('onInvocationEnd', payload, told, durationMs);
      return told;
    };
    const limit = options.timeoutConfig?.maxExecutionMs;
    if (limit === undefined || (await endsWithin(work, limit))) {
      const result = await finish({ events: await work });
      await (options.timeoutConfig?.serverlessMode
        ? pluginManager.shutdown()
        : pluginManager.call('flush'));
      return result;
    }
    await pluginManager.call('flush');
    const late = work.then((events) => finish({ events }));
    listenTo.late = late; // for tests that want to see the end of it
    return finish({ events: [], timedOut: true });
  }

  async function endsWithin(work, ms) {
    let timer;
    const limit = new Promise((resolve) => {
      timer = setTimeout(resolve, ms, false);
    });
    const inTime = await Promise.race([work.then(() => true), limit]);
    clearTimeout(timer);
    return inTime;
  }

  async function handle(name, { detector, handler }, payload) {
    const correlationId = payload.__correlationId;
    try {
      await pluginManager.call('onEventDetectionStart', name, payload);
      const startedAt = Date.now();
      let detected = false;
      try {
        detected = await detector(name, payload);
      } catch (error) {
        log('error', `detector of ${name} failed`, error, 'system', correlationId);
      }
      await pluginManager.call(
        'onEventDetectionEnd',
        name,
        detected,
        payload,
        Date.now() - startedAt,
      );
      if (!detected) return { name, detected: false, jobs: [] };

      await pluginManager.call('onEventHandlerStart', name, payload);
      const handlingSince = Date.now();
      let jobs;
      try {
        jobs = await handler(name, payload);
      } catch (error) {
        await pluginManager.call('onError', error, 'event_handler', correlationId);
        throw error;
      }
      await pluginManager.call(
        'onEventHandlerEnd',
        name,
        jobs,
        payload,
        Date.now() - handlingSince,
      );
      return { name, detected: true, jobs: jobs ?? [] };
    } catch (error) {
      await pluginManager.call('onError', error, 'event_detection', correlationId);
      return { name, detected: true, jobs: [] };
    }
  }

  function run(event, payload, jobs) {
    return Promise.all(jobs.map((start) => start(event, payload)));
  }

  function job(func, options = {}) {
    return async (event, payload) => {
      const name = options.jobName ?? func.name;
      await pluginManager.call('onJobStart', name, options, event, payload);
      const startTime = new Date();
      const outcome = { name, completed: true };
      try {
        outcome.result = await func(event, payload, options);
      } catch (error) {
        Object.assign(outcome, { completed: false, error });
      }
      const endTime = new Date();
      const durationMs = endTime - startTime;
      Object.assign(outcome, { startTime, endTime, durationMs: outcome.error ? 0 : durationMs });
      await pluginManager.call('onJobEnd', name, outcome, event, payload, durationMs);
      if (outcome.error)
        await pluginManager.call('onError', outcome.error, 'job', payload.__correlationId);
      return outcome;
    };
  }

  function log(level, message, data, jobName, correlationId) {
    if (jobName !== 'system')
      console[level](`[${level}] [${jobName}] ${message}`, ...(data ? [data] : []));
    pluginManager.call('onLog', level, message, data, jobName, correlationId);
  }

  const handleSuccess = (result) => ({ statusCode: 200, body: JSON.stringify(result) });
  const handleFailure = (error) => ({ statusCode: 500, body: String(error) });

  return {
    BasePlugin,
    PluginManager,
    pluginManager,
    listenTo,
    run,
    job,
    log,
    handleSuccess,
    handleFailure,
  };
}

// Files of a folder, each a module, or the modules themselves.
function modulesOf({ eventModules = {}, autoLoadEventModules, eventModulesDirectory }) {
  if (!autoLoadEventModules) return eventModules;
  const files = fs.readdirSync(eventModulesDirectory).filter((file) => file.endsWith('.js'));
  return Object.fromEntries(
    files.map((file) => [
      path.basename(file, '.js'),
      require(path.join(eventModulesDirectory, file)),
    ]),
  );
}

module.exports = { makeLibrary };
