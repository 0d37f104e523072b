'use strict';
// A host that is killed in the midst of a job: killed_host.js STORE

const { createPlugin } = require('../..');
const { freshLibrary } = require('./detector');
const { listener, payload } = require('./observed');

const library = freshLibrary();
const plugin = createPlugin(library.BasePlugin, { store: process.argv[2] });
library.pluginManager.register(plugin);
const { run, job } = library;

async function done() {}

async function killed() {
  await new Promise((resolve) => setTimeout(resolve, 20));
  const { stored } = plugin.health();
  console.log('about to die');
  while (plugin.health().stored === stored) await new Promise(setImmediate);
  process.kill(process.pid, 'SIGKILL');
}

listener(library)(payload(), {
  eventModules: {
    a: {
      detector: () => true,
      handler: (event, hasuraEvent) => run(event, hasuraEvent, [job(done), job(killed)]),
    },
  },
});
