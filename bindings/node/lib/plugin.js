'use strict';
// The plugin of the detector library: a thin class on top of the library's own BasePlugin, which
// must come from the same build of the library as the manager that it is registered with.

const { inspect } = require('node:util');

const { whyDisabled } = require('./native');
const { Observer } = require('./observer');
const { shownConfig } = require('./settings');

// Not that of the library's own plugin, so that both can be registered.
const kName = 'ObservabilityStorePlugin';
const kCount = Symbol.for('event-detector-observability.plugins'); // of all copies of this package
const kObserver = Symbol('observer');

const kHooks = [
  'initialize',
  'onInvocationStart',
  'onEventDetectionStart',
  'onEventDetectionEnd',
  'onEventHandlerStart',
  'onJobStart',
  'onJobEnd',
  'onEventHandlerEnd',
  'onInvocationEnd',
  'onError',
  'onLog',
  'flush',
  'shutdown',
];

// The base class if there is no library. No plugin manager accepts such a plugin.
class NoBasePlugin {}

const classes = new WeakMap(); // by base class, so that one base gives one class

// A manager silently replaces a plugin by the next one of the same name.
function nextName() {
  const number = (globalThis[kCount] ?? 0) + 1;
  globalThis[kCount] = number;
  return number === 1 ? kName : `${kName} ${number}`;
}

function pluginClass(BasePlugin = NoBasePlugin) {
  if (!classes.has(BasePlugin)) classes.set(BasePlugin, makeClass(BasePlugin));
  return classes.get(BasePlugin);
}

function makeClass(BasePlugin) {
  class ObservabilityPlugin extends BasePlugin {
    // `accepts(hasuraEvent)` may leave invocations to other plugins.
    constructor(config, { accepts } = {}) {
      super(config ?? {});
      this[kObserver] = new Observer(config, { accepts });
      this.name = nextName();
      this.config = config ?? {};
      this.enabled = this[kObserver].isEnabled;
    }

    setPluginManager(manager) {
      this[kObserver].manager = manager;
    }

    // What the manager prints of each plugin.
    getStatus() {
      const { name, enabled, config } = this;
      const problem = whyDisabled();
      return { name, enabled, config: shownConfig(config), ...(problem && { problem }) };
    }

    // Counters of the recorder; undefined before the first invocation.
    health() {
      return this[kObserver].health();
    }

    close() {
      this[kObserver].close();
    }

    // Its configuration has passwords in it, and a job may well print or return the plugin's manager.
    toJSON() {
      return '[ObservabilityPlugin]';
    }

    [inspect.custom]() {
      return '[ObservabilityPlugin]';
    }
  }
  for (const hook of kHooks) {
    Object.defineProperty(ObservabilityPlugin.prototype, hook, {
      value(...args) {
        return this[kObserver][hook](...args);
      },
      writable: true,
      configurable: true,
    });
  }
  return ObservabilityPlugin;
}

// For a library that `require` does not find, or whose other build is in use.
function createPlugin(BasePlugin, config) {
  return new (pluginClass(BasePlugin))(config);
}

module.exports = { pluginClass, createPlugin };
