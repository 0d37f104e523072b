'use strict';
// The detector library under test: the real one where EDO_DETECTOR names the folder of its built
// package, else the imitation.

const path = require('node:path');

const real = process.env.EDO_DETECTOR && path.resolve(process.env.EDO_DETECTOR);
const folder = real ?? path.join(__dirname, '..', 'host');

// A library that no test has used: its plugin manager is one for the whole module.
function freshLibrary() {
  for (const file of Object.keys(require.cache)) {
    if (file.startsWith(folder + path.sep)) delete require.cache[file];
  }
  return require(folder);
}

// Options of listenTo() with these event modules, by name. One without a handler has one that does
// nothing, since the library asks no detector without.
function modules(given) {
  const eventModules = Object.entries(given).map(([name, module]) => ({
    name,
    handler: async () => undefined,
    ...module,
  }));
  return { loadModulesFromIndex: true, eventModules, logToConsole: false };
}

// The names of all that a plugin is called with.
function hooksOf({ BasePlugin }) {
  const names = Object.getOwnPropertyNames(BasePlugin.prototype);
  return names.filter((name) => !['constructor', 'getStatus'].includes(name));
}

module.exports = { freshLibrary, hooksOf, modules, folder };
