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
    const { observability, ...others } = given; // it may have a password, and other plugins look
    return observe(library, observability, hasuraEvent).then(() =>
      listenTo.call(library, hasuraEvent, others),
    );
  }
  // With what is not enumerable, such as __esModule.
  const exported = Object.getOwnPropertyDescriptors(library);
  const listener = { value: observedListenTo, enumerable: true, configurable: true, writable: true };
  return Object.defineProperties({}, { ...exported, listenTo: listener });
}

// What the host has given, and in it our configuration. Where it names no folder of event modules the
// library would look for one beside us, so it gets the one beside the host; a folder that is named,
// even by `undefined`, is the library's to understand. Options that cannot be read are handed on.
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
    return true; // and whoever makes the plugin tells why it cannot
  }
}

// Hands the payload to the plugin of this configuration, which is registered the first time. What
// goes wrong costs the host its telemetry, but not its event.
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

// Every plugin of a manager hears of every invocation, so each is told which are its own.
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
