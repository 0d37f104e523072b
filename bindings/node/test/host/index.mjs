// Another build of the same library: its BasePlugin is not the one of the CommonJS build.
import { makeLibrary } from './library.js';

export const {
  BasePlugin,
  ConsoleInterceptorPlugin,
  pluginManager,
  listenTo,
  run,
  job,
  getEventLogger,
  getJobLogger,
  handleSuccess,
  handleFailure,
} = makeLibrary();
