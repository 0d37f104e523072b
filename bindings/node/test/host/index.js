'use strict';

module.exports = require('./library').makeLibrary();
