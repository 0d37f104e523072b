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
      if (observability && typeof hasuraEvent === 'object' && hasuraEvent !== null) {
        const observed = await observedBy(library, observability);
        observed.add(hasuraEvent);
      }
      return listenTo.call(library, hasuraEvent, others);
    },
  };
}

// The payloads that the plugin of this configuration records; registers it when it is the first time.
async function observedBy({ BasePlugin, pluginManager }, config) {
  if (!registries.has(pluginManager)) registries.set(pluginManager, new Map());
  const plugins = registries.get(pluginManager);
  const key = JSON.stringify(config, (_, value) => (typeof value === 'function' ? String(value) : value));
  if (!plugins.has(key)) {
    // Every plugin of a manager hears of every invocation, so each is told which are its own.
    const payloads = new WeakSet();
    const plugin = new (pluginClass(BasePlugin))(config, { accepts: (payload) => payloads.has(payload) });
    plugins.set(key, payloads);
    await pluginManager.register(plugin);
  }
  return plugins.get(key);
}

module.exports = { withObservability };
