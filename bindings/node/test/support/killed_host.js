'use strict';
// A host that is killed in the midst of a job: killed_host.js STORE

const { createPlugin } = require('../..');
const { freshLibrary } = require('./detector');
const { listener, payload } = require('./observed');

const library = freshLibrary();
library.pluginManager.register(createPlugin(library.BasePlugin, { store: process.argv[2] }));
const { run, job } = library;

async function done() {}

async function killed() {
  await new Promise((resolve) => setTimeout(resolve, 20));
  console.log('about to die');
  await new Promise(setImmediate);
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
