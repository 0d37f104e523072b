'use strict';
// The detector library with the `listenTo` of its version 1, whose options have `observability` and
// `sourceFunction`, on top of the plugins of version 2:
//
//   const { listenTo, handleSuccess } = withObservability(require('@hopdrive/hasura-event-detector'));

const path = require('node:path');

const { callersFolder } = require('./callers_folder');
const { pluginClass } = require('./plugin');
const { readSettings } = require('./settings');
const { encode, messageOf } = require('./values');

// By plugin manager, then by configuration: the plugins of this process.
const registries = new WeakMap();

function withObservability(library) {
  const { BasePlugin, pluginManager, listenTo } = library;
  for (const [name, part] of Object.entries({ BasePlugin, pluginManager, listenTo })) {
    if (part) continue;
    throw new TypeError(
      `withObservability: the library exports no ${name}; give it version 2 of @hopdrive/hasura-event-detector`,
    );
  }
  function observedListenTo(hasuraEvent, options) {
    const { given, config } = read(options, observedListenTo);
    if (!isObject(hasuraEvent) || !config || !isEnabled(config)) {
      return listenTo.call(library, hasuraEvent, given);
    }
    const { observability, ...others } = given; // it may have a password, and other plugins see it
    return observe(library, observability, hasuraEvent).then(() =>
      listenTo.call(library, hasuraEvent, others),
    );
  }
  // Includes properties that are not enumerable, such as __esModule.
  const exported = Object.getOwnPropertyDescriptors(library);
  const listener = { value: observedListenTo, enumerable: true, configurable: true, writable: true };
  return Object.defineProperties({}, { ...exported, listenTo: listener });
}

// The host's options, and in them our configuration. Without a folder of event modules, the library
// would search beside this file, so it gets the one beside the host. A folder that the host names, even
// `undefined`, is passed on unchanged, and so are options that cannot be read.
function read(options, callee) {
  try {
    if (options !== undefined && !isObject(options)) return { given: options };
    const config = options?.observability;
    if (Object.hasOwn(options ?? {}, 'eventModulesDirectory')) return { given: options, config };
    const eventModulesDirectory = path.join(callersFolder(callee), 'events');
    return { given: { ...options, eventModulesDirectory }, config };
  } catch {
    return { given: options };
  }
}

function isEnabled(config) {
  try {
    return readSettings(config).isEnabled;
  } catch {
    return true; // and the plugin's constructor reports the reason
  }
}

// Gives the payload to the plugin of this configuration, which is registered the first time. A failure
// costs the host its telemetry, but not its event.
async function observe(library, config, hasuraEvent) {
  try {
    const plugins = pluginsOf(library.pluginManager);
    const key = encode(config);
    if (!plugins.has(key)) plugins.set(key, register(library, config));
    const { payloads, registered } = plugins.get(key);
    payloads.add(hasuraEvent);
    await registered;
  } catch (error) {
    const message = `the plugin cannot be registered: ${messageOf(error)}`;
    process.emitWarning(message, 'ObservabilityWarning');
  }
}

function pluginsOf(pluginManager) {
  if (!registries.has(pluginManager)) registries.set(pluginManager, new Map());
  return registries.get(pluginManager);
}

// A manager calls every plugin for every invocation, so each plugin knows which are its own.
function register({ BasePlugin, pluginManager }, config) {
  const payloads = new WeakSet();
  const accepts = (payload) => payloads.has(payload);
  const plugin = new (pluginClass(BasePlugin))(config, { accepts });
  return { payloads, registered: pluginManager.register(plugin) };
}

function isObject(value) {
  return typeof value === 'object' && value !== null;
}

module.exports = { withObservability };
