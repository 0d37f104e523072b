'use strict';
// Finds the detector library where the host has it, which need not be above this package: the
// package may be linked into the host's node_modules.

const fs = require('node:fs');
const { createRequire } = require('node:module');
const path = require('node:path');
const { pathToFileURL } = require('node:url');

const kName = '@hopdrive/hasura-event-detector';

function folders() {
  const main = process.argv[1] && path.dirname(realPath(path.resolve(process.argv[1])));
  return [__dirname, main, process.cwd()].filter(Boolean);
}

function realPath(file) {
  try {
    return fs.realpathSync(file);
  } catch {
    return file;
  }
}

// The library's CommonJS build, or undefined.
function requireLibrary() {
  for (const folder of folders()) {
    let file;
    try {
      file = createRequire(path.join(folder, 'index.js')).resolve(kName);
    } catch {
      continue;
    }
    try {
      return require(file);
    } catch {
      return undefined; // it has only an ES module, or cannot be loaded: the host will hear of it
    }
  }
  return undefined;
}

// The library's ES module, or undefined.
async function importLibrary() {
  for (const folder of folders()) {
    const root = createRequire(path.join(folder, 'index.js'))
      .resolve.paths(kName)
      .map((modules) => path.join(modules, kName))
      .find((candidate) => fs.existsSync(path.join(candidate, 'package.json')));
    if (!root) continue;
    try {
      const manifest = JSON.parse(fs.readFileSync(path.join(root, 'package.json'), 'utf8'));
      return await import(pathToFileURL(path.join(root, entryOf(manifest))).href);
    } catch {
      return undefined;
    }
  }
  return undefined;
}

// The file that `import` takes, by the package's manifest.
function entryOf({ exports, module, main }) {
  let entry = exports?.['.'] ?? exports;
  while (typeof entry === 'object' && entry !== null) {
    entry = Array.isArray(entry)
      ? entry[0]
      : (entry.node ?? entry.import ?? entry.default ?? entry.require);
  }
  return entry ?? module ?? main ?? 'index.js';
}

module.exports = { requireLibrary, importLibrary };
