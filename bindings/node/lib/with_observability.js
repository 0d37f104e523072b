'use strict';
// The detector library with the `listenTo` of its version 1, whose options have `observability` and
// `sourceFunction`, on top of the plugins of version 2:
//
//   const { listenTo, handleSuccess } = withObservability(require('@hopdrive/hasura-event-detector'));

const { pluginClass } = require('./plugin');

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

// Hands the payload to the plugin of this configuration, which is registered the first time.
async function observe({ BasePlugin, pluginManager }, config, hasuraEvent) {
  if (!registries.has(pluginManager)) registries.set(pluginManager, new Map());
  const plugins = registries.get(pluginManager);
  const key = keyOf(config);
  if (!plugins.has(key)) {
    // Every plugin of a manager hears of every invocation, so each is told which are its own.
    const payloads = new WeakSet();
    const plugin = new (pluginClass(BasePlugin))(config, {
      accepts: (payload) => payloads.has(payload),
    });
    plugins.set(key, { payloads, registered: register(pluginManager, plugin) });
  }
  const { payloads, registered } = plugins.get(key);
  payloads.add(hasuraEvent);
  await registered;
}

// A manager that refuses the plugin costs the host its telemetry, but not its event.
async function register(pluginManager, plugin) {
  try {
    await pluginManager.register(plugin);
  } catch (error) {
    process.emitWarning(
      `the plugin cannot be registered: ${error?.message}`,
      'ObservabilityWarning',
    );
  }
}

function keyOf(config) {
  return JSON.stringify(config, (_, value) =>
    typeof value === 'function' ? String(value) : value,
  );
}

function isObject(value) {
  return typeof value === 'object' && value !== null;
}

module.exports = { withObservability };
