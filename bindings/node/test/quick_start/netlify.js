'use strict';
// Calls the handler as Netlify does, with a payload from the standard input.

const { readFileSync } = require('node:fs');

const { handler } = require('./handler');

handler({ body: readFileSync(0, 'utf8') }, {}).then((response) => {
  process.stdout.write(JSON.stringify(response));
});
