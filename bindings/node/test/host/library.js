'use strict';
// What a plugin can see of the detector library (2.3.6), for machines that do not have it: its calls,
// their order and their odd sides, each measured on the real one. EDO_DETECTOR runs the same tests on
// the real one, and an imitation that does more than it must fail there.

const { randomUUID } = require('node:crypto');
const fs = require('node:fs');
const path = require('node:path');
const { pathToFileURL } = require('node:url');

const kUuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const kCheckMs = 500; // between two looks at the time that is left
const kExtensions = ['.generated.js', '.generated.cjs', '.js', '.mjs', '.ts'];
const kHooks = [
  'initialize',
  'onInvocationStart',
  'onInvocationEnd',
  'onEventDetectionStart',
  'onEventDetectionEnd',
  'onEventHandlerStart',
  'onEventHandlerEnd',
  'onJobStart',
  'onJobEnd',
  'onLog',
  'onError',
  'flush',
  'shutdown',
];

// Each build of the library has a class of its own, and takes no plugin of another's.
function makeBasePlugin() {
  class BasePlugin {
    constructor(config = {}) {
      this.config = config;
      this.enabled = config.enabled !== false;
      this.name = this.constructor.name;
    }

    getStatus() {
      const { name, enabled, config } = this;
      return { name, enabled, config };
    }
  }
  for (const hook of kHooks) BasePlugin.prototype[hook] = async () => {};
  return BasePlugin;
}

// Prints a line, and tells it to the plugins once they are initialized.
class Log {
  isPrinting = true;
  manager = undefined;

  write(level, prefix, message, context, args = [], error = undefined) {
    const method = level === 'info' ? 'log' : level;
    const shown = args.map((arg) => (typeof arg === 'object' ? JSON.stringify(arg) : arg));
    const line = `[${prefix}] ${[message, ...shown].join(' ')}`;
    if (this.isPrinting) {
      console[method](line);
      if (error?.stack) console.error(error.stack);
    }
    if (!this.manager?.initialized) {
      console[method](line);
      return;
    }
    const { jobName, correlationId, ...others } = context;
    const data = { source: 'internal_logger', prefix, originalArgs: args, ...others };
    if (level === 'error') data.error = error ? copyOf(error) : null;
    this.manager.callHook('onLog', level, line, data, jobName, correlationId);
  }

  system(level, prefix, message, args, error) {
    const context = { jobName: 'system', correlationId: '', logType: 'system' };
    this.write(level, prefix, message, context, args, error);
  }

  scoped(prefix, context) {
    return {
      log: (message, ...args) => this.write('info', prefix, message, context, args),
      logWarn: (message, ...args) => this.write('warn', prefix, message, context, args),
      logError: (message, error, ...args) =>
        this.write(
          'error',
          prefix,
          error ? `${message}: ${error.message}` : message,
          context,
          args,
          error,
        ),
    };
  }
}

const copyOf = ({ name, message, stack }) => ({ name, message, stack });

class PluginManager {
  initialized = false;
  #plugins = new Map();
  #BasePlugin;
  #log;

  constructor(BasePlugin, log) {
    this.#BasePlugin = BasePlugin;
    this.#log = log;
  }

  register(plugin) {
    if (!(plugin instanceof this.#BasePlugin)) throw new Error('Plugin must extend BasePlugin');
    this.#plugins.set(plugin.name, plugin); // one of the same name is replaced without a word
    return this;
  }

  // Two first invocations at once initialize each plugin twice.
  async initialize() {
    if (this.initialized) return;
    for (const plugin of this.getEnabledPlugins()) {
      try {
        plugin.setPluginManager?.(this);
        await plugin.initialize();
      } catch (error) {
        this.#complain(`Failed to initialize plugin ${plugin.name}`, error);
        plugin.enabled = false;
      }
    }
    this.initialized = true;
  }

  // What is told before the initialization, or after a shutdown, is told to nobody.
  async callHook(hook, ...args) {
    if (!this.initialized) return;
    const told = this.getEnabledPlugins().map((plugin) =>
      plugin[hook](...args).catch((error) =>
        this.#complain(`Plugin ${plugin.name} hook ${hook} failed`, error),
      ),
    );
    await Promise.allSettled(told);
  }

  callOnLog(...args) {
    return this.callHook('onLog', ...args);
  }

  async preConfigure(payload, given) {
    let options = { ...given };
    for (const plugin of this.getEnabledPlugins()) {
      if (!plugin.onPreConfigure) continue;
      options = { ...options, ...(await plugin.onPreConfigure(payload, options)) };
    }
    return options;
  }

  async flush() {
    for (const plugin of this.getEnabledPlugins()) await plugin.flush();
  }

  async shutdown() {
    for (const plugin of this.getEnabledPlugins()) {
      await plugin.shutdown().catch((error) => this.#complain('Failed to shutdown', error));
    }
    this.initialized = false;
  }

  getPlugin(name) {
    return this.#plugins.get(name) ?? null;
  }

  getEnabledPlugins() {
    return [...this.#plugins.values()].filter((plugin) => plugin.enabled);
  }

  getStatus() {
    const plugins = Object.fromEntries(
      [...this.#plugins].map(([name, plugin]) => [name, plugin.getStatus()]),
    );
    return { initialized: this.initialized, plugins };
  }

  #complain(message, error) {
    this.#log.system('error', 'PluginSystem', `${message}: ${error.message}`, [], error);
  }
}

// Looks every half second at the time that is left.
class Clock {
  #controller = new AbortController();
  signal = this.#controller.signal;

  constructor({ getRemainingTimeInMillis, safetyMargin = 2000, maxExecutionTime = 10_000 }) {
    const startedAt = Date.now();
    this.left =
      getRemainingTimeInMillis ?? (() => Math.max(0, startedAt + maxExecutionTime - Date.now()));
    this.margin = safetyMargin;
  }

  // Aborts the jobs, calls `atTimeOut` and then rejects, unless `work` ends in time.
  run(work, atTimeOut) {
    return new Promise((resolve, reject) => {
      const timer = setInterval(async () => {
        if (this.left() > this.margin) return;
        clearInterval(timer);
        this.#controller.abort();
        await atTimeOut();
        reject(new Error('Event processing exceeded time limit'));
      }, kCheckMs);
      work().then((result) => {
        clearInterval(timer);
        if (!this.signal.aborted) resolve(result);
      }, reject);
    });
  }
}

function isEvent(payload) {
  const event = payload?.event;
  return typeof event?.data === 'object' && event.data !== null && typeof event.op === 'string';
}

// The folder of whoever is outside the library and nearest, among the innermost frames.
function callersFolder() {
  const { prepareStackTrace } = Error;
  Error.prepareStackTrace = (_, frames) => frames;
  const frames = new Error().stack;
  Error.prepareStackTrace = prepareStackTrace;
  const files = frames.slice(1, 6).map((frame) => frame.getFileName() ?? 'node:');
  const isOutside = (file) =>
    file !== __filename && !/^node:|node_modules\/@hopdrive\/hasura-event-detector/.test(file);
  const file = files.find(isOutside);
  if (!file) return process.cwd();
  return path.dirname(file.startsWith('file:') ? new URL(file).pathname : file);
}

function eventNames(folder) {
  if (!fs.existsSync(folder)) return [];
  const files = fs.readdirSync(folder).filter((file) => /^(?!index\.).*\.(js|ts)$/.test(file));
  return files.map((file) => file.replace(/\.(js|ts)$/, ''));
}

async function loadModule(name, folder, modules) {
  if (modules?.length > 0) return modules.find((module) => module.name === name) ?? {};
  for (const extension of kExtensions) {
    const file = path.join(folder, name + extension);
    const loaded = await import(pathToFileURL(file).href).catch(() => undefined);
    if (loaded) return loaded.default ?? loaded;
  }
  return {};
}

class Detector {
  #log;
  #manager;

  constructor(log, manager) {
    this.#log = log;
    this.#manager = manager;
  }

  listenTo = async (payload, given = {}) => {
    const startedAt = Date.now();
    if (given.logToConsole !== undefined) this.#log.isPrinting = given.logToConsole;
    if (!isEvent(payload)) return { events: [], durationMs: Date.now() - startedAt };
    const options = await this.#prepare(payload, given);
    await this.#manager.callHook('onInvocationStart', payload, options);
    if (options.autoLoadEventModules) {
      options.listenedEvents = eventNames(options.eventModulesDirectory);
    } else if (options.eventModules) {
      options.listenedEvents = options.eventModules.map((module) => module.name);
    }
    if (!options.listenedEvents?.length) {
      await this.#manager.shutdown(); // and no end
      return { events: [], durationMs: Date.now() - startedAt };
    }
    return this.#process(payload, options, startedAt);
  };

  async #prepare(payload, given) {
    if (!this.#manager.initialized) {
      await this.#manager.initialize();
      this.#log.manager = this.#manager;
    }
    const hasPreConfigure = this.#manager.getEnabledPlugins().some((one) => one.onPreConfigure);
    const configured = hasPreConfigure ? await this.#manager.preConfigure(payload, given) : given;
    const { loadModulesFromIndex, autoLoadEventModules = true, correlationId } = configured;
    const folder = configured.eventModulesDirectory || './events';
    payload.__context = configured.context ?? {};
    payload.__correlationId = kUuid.test(correlationId) ? correlationId : randomUUID();
    return {
      eventModulesDirectory: path.isAbsolute(folder)
        ? folder
        : path.resolve(callersFolder(), folder),
      listenedEvents: [],
      ...configured,
      autoLoadEventModules: autoLoadEventModules && !loadModulesFromIndex,
      loadModulesFromIndex: loadModulesFromIndex === true,
    };
  }

  async #process(payload, options, startedAt) {
    const { timeoutConfig = {} } = options;
    const isTimed = timeoutConfig.getRemainingTimeInMillis || timeoutConfig.serverlessMode;
    const work = () => this.#runEvents(payload, options, startedAt);
    if (!isTimed) {
      const result = await work();
      await this.#manager.flush();
      return result;
    }
    const clock = new Clock(timeoutConfig);
    payload.__abortSignal = clock.signal;
    try {
      const result = await clock.run(work, () => this.#manager.flush());
      await (timeoutConfig.serverlessMode ? this.#manager.shutdown() : this.#manager.flush());
      return result;
    } catch ({ message }) {
      const durationMs = Date.now() - startedAt;
      const result = { events: [], durationMs, timedOut: true, error: message };
      await this.#manager.callHook('onInvocationEnd', payload, result, durationMs);
      return result;
    }
  }

  async #runEvents(payload, options, startedAt) {
    const events = await Promise.all(
      options.listenedEvents.map((name) =>
        this.#runEvent(name, payload, options).catch((error) => {
          this.#manager.callHook('onError', error, 'event_detection', payload.__correlationId);
          const message = `Error detecting events: ${error.message}`;
          this.#log.system('error', name, message, [], error);
          return { name, detected: false, jobs: [] };
        }),
      ),
    );
    const durationMs = Date.now() - startedAt;
    const result = { events, durationMs };
    await this.#manager.callHook('onInvocationEnd', payload, result, durationMs);
    return result;
  }

  async #runEvent(name, payload, options) {
    const startedAt = Date.now();
    await this.#manager.callHook('onEventDetectionStart', name, payload);
    const handler = await this.#detect(name, payload, options);
    const took = Date.now() - startedAt;
    await this.#manager.callHook('onEventDetectionEnd', name, handler !== null, payload, took);
    if (!handler) return { name, detected: false, jobs: [] };
    const jobs = await this.#handle(handler, name, payload);
    return { name, detected: true, jobs: jobs ?? [] };
  }

  // The handler, or null. What the detector throws is logged as if it were nothing.
  async #detect(name, payload, { eventModulesDirectory, eventModules }) {
    const { detector, handler } = await loadModule(name, eventModulesDirectory, eventModules);
    if (typeof detector !== 'function' || typeof handler !== 'function') return null;
    const log = this.getEventLogger(name, payload);
    try {
      if (await detector(name, payload)) {
        log.log('Event detected');
        return handler;
      }
      log.log('No event detected');
    } catch (error) {
      log.log('Error detecting event', error.message);
    }
    return null;
  }

  async #handle(handler, name, payload) {
    const startedAt = Date.now();
    try {
      await this.#manager.callHook('onEventHandlerStart', name, payload);
      const jobs = await handler(name, payload);
      const took = Date.now() - startedAt;
      await this.#manager.callHook('onEventHandlerEnd', name, jobs, payload, took);
      return jobs;
    } catch (error) {
      await this.#manager.callHook('onError', error, 'event_handler', payload.__correlationId);
      throw new Error(`Handler crashed: ${error.stack}`);
    }
  }

  run = async (event, payload, jobs) => {
    if (!Array.isArray(jobs) || jobs.length === 0) return undefined;
    const running = jobs
      .filter(({ func }) => func)
      .map(({ func, options = {} }) => this.#runJob(func, event, payload, options));
    const settled = await Promise.allSettled(running);
    return settled.map(({ value, reason }, i) => value ?? failedResult(jobs[i], reason));
  };

  async #runJob(func, event, payload, given) {
    const startedAt = Date.now();
    const name = given.jobName || func.name || 'anonymous';
    const { __correlationId: correlationId, __abortSignal: abortSignal } = payload;
    const origin = { optionsJobNameOverride: given.jobName, functionName: func.name, func };
    this.#log.system('info', 'safeJobWrapper', 'Wrapping function', [origin]);
    const output = { name, durationMs: 0, result: null, completed: false, startTime: new Date() };
    if (abortSignal?.aborted) return { ...output, result: 'Job aborted due to timeout' };

    const options = { ...given, jobName: name, correlationId };
    if (abortSignal) options.abortSignal = abortSignal;
    await this.#manager.callHook('onJobStart', name, options, event, payload);
    options.__logger = this.#log.scoped(name, {
      eventName: event,
      jobName: name,
      correlationId,
      logType: 'job',
    });
    try {
      output.result = await Promise.race([func(event, payload, options), aborted(abortSignal)]);
      output.completed = true;
    } catch (error) {
      output.error = error;
    }
    output.durationMs = Date.now() - startedAt;
    output.endTime = new Date();
    await this.#manager.callHook('onJobEnd', name, output, event, payload, output.durationMs);
    if (output.completed) return output;
    await this.#manager.callHook('onError', output.error, 'job', correlationId);
    const message = `Job func crashed: ${output.error?.message}`;
    throw Object.assign(new Error(message), { jobResult: output });
  }

  job = (func, options) => (options ? { func, options } : { func });

  getEventLogger = (eventName, payload) => {
    const correlationId = payload?.__correlationId ?? '';
    const context = { eventName, jobName: 'system', correlationId, logType: 'detector' };
    return this.#log.scoped(eventName, context);
  };

  getJobLogger = (payload, options) => {
    if (options?.__logger) return options.__logger;
    const jobName = options?.jobName ?? 'unknown';
    const correlationId = payload?.__correlationId ?? '';
    return this.#log.scoped(jobName, { jobName, correlationId, logType: 'job' });
  };
}

function failedResult(job, error) {
  return {
    name: job?.func?.name || 'anonymous', // whatever its options call it
    durationMs: 0,
    result: error.message,
    completed: false,
    error,
    startTime: new Date(),
    endTime: new Date(),
  };
}

function aborted(signal) {
  return new Promise((_, reject) => {
    const abort = () => reject(new Error('Job aborted due to function timeout'));
    signal?.addEventListener('abort', abort, { once: true });
  });
}

// Patches console while jobs run, and tells in a later turn what was printed, always as the line of
// the job that started last.
function makeConsoleInterceptorPlugin(BasePlugin) {
  return class ConsoleInterceptorPlugin extends BasePlugin {
    #before = undefined;
    #job = null;
    #manager = undefined;

    setPluginManager(manager) {
      this.#manager = manager;
    }

    async onJobStart(jobName, _options, _eventName, payload) {
      this.#job = { jobName, correlationId: payload.__correlationId };
      if (this.#before) return;
      const { log, error, warn, info } = console;
      this.#before = { log, error, warn, info };
      for (const [method, print] of Object.entries(this.#before)) {
        console[method] = (...args) => {
          print(...args);
          if (this.#before) this.#tell(method === 'log' ? 'info' : method, args);
        };
      }
    }

    async onJobEnd() {
      if (this.#before) Object.assign(console, this.#before);
      this.#before = undefined;
      this.#job = null;
    }

    #tell(level, args) {
      const message = args.join(' ');
      const line = { level, message, rawArgs: args, source: 'console_interceptor' };
      setImmediate(() => {
        const { jobName, correlationId } = this.#job;
        this.#manager.callOnLog(level, message, line, jobName, correlationId);
      });
    }
  };
}

function makeLibrary() {
  const log = new Log();
  const BasePlugin = makeBasePlugin();
  const pluginManager = new PluginManager(BasePlugin, log);
  const { listenTo, run, job, getEventLogger, getJobLogger } = new Detector(log, pluginManager);
  return {
    BasePlugin,
    ConsoleInterceptorPlugin: makeConsoleInterceptorPlugin(BasePlugin),
    pluginManager,
    listenTo,
    run,
    job,
    getEventLogger,
    getJobLogger,
    handleSuccess: (result) => ({ statusCode: 200, body: JSON.stringify(result, null, 2) }),
    handleFailure: (error) => ({ statusCode: 500, body: JSON.stringify({ errors: [error] }) }),
  };
}

module.exports = { makeLibrary };
