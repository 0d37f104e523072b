'use strict';

const { Recorder } = require('./lib/recorder');
const { ObservabilityError } = require('./lib/errors');

module.exports = { Recorder, ObservabilityError };
