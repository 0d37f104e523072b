'use strict';
// The detector library with the `listenTo` of its version 1, whose options have `observability` and
// `sourceFunction`, on top of the plugins of version 2:
//
//   const { listenTo, handleSuccess } = withObservability(require('@hopdrive/hasura-event-detector'));

const { pluginClass } = require('./plugin');
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
  return {
    ...library,
    async listenTo(hasuraEvent, options = {}) {
      const { observability, ...others } = options ?? {};
      if (observability && observability.enabled !== false && isObject(hasuraEvent)) {
        await observe(library, observability, hasuraEvent);
      }
      return listenTo.call(library, hasuraEvent, others);
    },
  };
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
