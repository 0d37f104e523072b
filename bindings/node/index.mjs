// One instance for both kinds of modules, so that a process has the add-on once.
import library from './index.js';
import { pluginClass } from './lib/plugin.js';
import { importLibrary } from './lib/host_library.js';

export const {
  Recorder,
  ObservabilityError,
  createPlugin,
  withObservability,
  buildToken,
  parseToken,
  chainOrigin,
} = library;

// The detector library's ES module has a BasePlugin of its own.
const detector = await importLibrary();
export const ObservabilityPlugin = pluginClass(
  detector?.BasePlugin ?? detector?.default?.BasePlugin,
);

export default {
  Recorder,
  ObservabilityError,
  ObservabilityPlugin,
  createPlugin,
  withObservability,
  buildToken,
  parseToken,
  chainOrigin,
};
