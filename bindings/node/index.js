'use strict';

const { Recorder } = require('./lib/recorder');
const { ObservabilityError } = require('./lib/errors');
const { pluginClass, createPlugin } = require('./lib/plugin');
const { withObservability } = require('./lib/with_observability');
const { buildToken, parseToken, chainOrigin } = require('./lib/tracking');
const { requireLibrary } = require('./lib/host_library');

module.exports = {
  Recorder,
  ObservabilityError,
  createPlugin,
  withObservability,
  buildToken,
  parseToken,
  chainOrigin,
};

// Found out when somebody asks, since it loads the detector library.
let ObservabilityPlugin;
Object.defineProperty(module.exports, 'ObservabilityPlugin', {
  enumerable: true,
  get: () => (ObservabilityPlugin ??= pluginClass(requireLibrary()?.BasePlugin)),
});
