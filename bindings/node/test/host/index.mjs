// Another build of the same library: its BasePlugin is not the one of the CommonJS build.
import { makeLibrary } from './library.js';

export const { BasePlugin, pluginManager, listenTo, run, job, log, handleSuccess, handleFailure } =
  makeLibrary();
