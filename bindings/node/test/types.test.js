'use strict';
// The declarations in all the ways in which TypeScript finds and reads them, beside those of the
// detector library: a faithful copy of their shape, or the real ones (EDO_DETECTOR).

const assert = require('node:assert/strict');
const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { test } = require('node:test');

const compiler = require.resolve('typescript/bin/tsc');
const sources = path.join(__dirname, 'types');
const kLibrary = '@hopdrive/hasura-event-detector';

// A host's folder, of a kind of modules.
function project(t, { type, file }) {
  const root = fs.mkdtempSync(path.join(os.tmpdir(), 'edo-types-'));
  t.after(() => fs.rmSync(root, { recursive: true }));
  const library = path.join(root, 'node_modules', kLibrary);
  fs.mkdirSync(path.dirname(library), { recursive: true });
  if (process.env.EDO_DETECTOR) fs.symlinkSync(path.resolve(process.env.EDO_DETECTOR), library);
  else declareLibrary(library);
  fs.symlinkSync(
    path.join(__dirname, '..'),
    path.join(root, 'node_modules', 'event-detector-observability'),
  );
  fs.copyFileSync(path.join(sources, 'use.ts'), path.join(root, file));
  fs.writeFileSync(path.join(root, 'package.json'), JSON.stringify({ name: 'host', type }));
  return root;
}

// One set of declarations for each of its two builds, as the real one has them.
function declareLibrary(folder) {
  for (const [build, type] of Object.entries({ cjs: 'commonjs', esm: 'module' })) {
    fs.mkdirSync(path.join(folder, build), { recursive: true });
    fs.writeFileSync(path.join(folder, build, 'package.json'), JSON.stringify({ type }));
    fs.copyFileSync(path.join(sources, 'detector.d.ts'), path.join(folder, build, 'index.d.ts'));
  }
  const exported = { import: './esm/index.js', require: './cjs/index.js' };
  const manifest = { name: kLibrary, types: './cjs/index.d.ts', exports: { '.': exported } };
  fs.writeFileSync(path.join(folder, 'package.json'), JSON.stringify(manifest));
}

const kModes = {
  'node16, CommonJS': { file: 'use.ts', module: 'node16', moduleResolution: 'node16' },
  'node16, ES modules': { file: 'use.mts', module: 'node16', moduleResolution: 'node16' },
  'nodenext, CommonJS': { file: 'use.cts', module: 'nodenext', moduleResolution: 'nodenext' },
  'nodenext, ES modules': {
    file: 'use.ts',
    type: 'module',
    module: 'nodenext',
    moduleResolution: 'nodenext',
  },
  bundler: { file: 'use.ts', module: 'esnext', moduleResolution: 'bundler' },
  commonjs: { file: 'use.ts', module: 'commonjs', moduleResolution: 'node10' },
};

for (const [name, { file, type, module, moduleResolution }] of Object.entries(kModes)) {
  test(`a strict host compiles against the declarations (${name})`, (t) => {
    const root = project(t, { type, file });
    const compilerOptions = {
      strict: true,
      exactOptionalPropertyTypes: true,
      noUncheckedIndexedAccess: true,
      noEmit: true,
      target: 'es2022',
      types: [],
      skipLibCheck: Boolean(process.env.EDO_DETECTOR), // what is wrong in it is not ours
      module,
      moduleResolution,
    };
    const config = JSON.stringify({ compilerOptions, files: [file] });
    fs.writeFileSync(path.join(root, 'tsconfig.json'), config);
    const { stdout, status } = spawnSync(process.execPath, [compiler, '--project', root], {
      encoding: 'utf8',
    });
    assert.equal(status, 0, stdout);
  });
}
