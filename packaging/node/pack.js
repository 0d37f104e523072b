'use strict';

// Makes the packages for npm: one without native code for every host, and one for each machine with the
// add-on, which the first has as an optional dependency of its own version.
//
//   node pack.js WORK OUT MACHINE...
//
// WORK/MACHINE/node has what packaging/node/make has compiled.

const { execFileSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');

const repository = path.join(__dirname, '..', '..');
const source = path.join(repository, 'bindings', 'node');
const manifest = JSON.parse(fs.readFileSync(path.join(source, 'package.json'), 'utf8'));
const { name, version, license, engines } = manifest;
const cpus = { x86_64: 'x64', aarch64: 'arm64' };
const packageFor = (machine) => `${name}-linux-${cpus[machine]}-gnu`;

const [work, out, ...made] = process.argv.slice(2);

function fill(folder, description, from) {
  fs.rmSync(folder, { recursive: true, force: true });
  fs.mkdirSync(folder, { recursive: true });
  fs.writeFileSync(path.join(folder, 'package.json'), `${JSON.stringify(description, null, 2)}\n`);
  fs.copyFileSync(path.join(repository, 'LICENSE'), path.join(folder, 'LICENSE'));
  for (const [to, file] of Object.entries(from)) {
    fs.cpSync(file, path.join(folder, to), { recursive: true });
  }
}

function pack(folder) {
  execFileSync('npm', ['pack', '--ignore-scripts', '--silent', '--pack-destination', out], {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}

// Without what a clone needs to build the add-on.
function packHost() {
  const forBuilding = ['scripts', 'dependencies', 'devDependencies'];
  const others = Object.entries(manifest).filter(([key]) => !forBuilding.includes(key));
  const published = manifest.files.filter((file) => !['scripts/', 'native/'].includes(file));
  const machines = Object.keys(cpus).map((machine) => [packageFor(machine), version]);
  const folder = path.join(work, 'node', name);
  fill(
    folder,
    {
      ...Object.fromEntries(others),
      files: published,
      optionalDependencies: Object.fromEntries(machines),
    },
    Object.fromEntries(['README.md', ...published].map((file) => [file, path.join(source, file)])),
  );
  pack(folder);
}

function packMachine(machine) {
  const compiled = path.join(work, machine, 'node');
  const cpu = cpus[machine];
  const folder = path.join(work, 'node', packageFor(machine));
  fill(
    folder,
    {
      name: packageFor(machine),
      version,
      description: `The native part of ${name} for Linux with glibc on ${cpu}`,
      license,
      engines,
      os: ['linux'],
      cpu: [cpu],
      libc: ['glibc'],
      files: ['edo.node', 'licenses/'],
    },
    { 'edo.node': path.join(compiled, 'edo.node'), licenses: path.join(compiled, 'licenses') },
  );
  pack(folder);
}

fs.mkdirSync(out, { recursive: true });
for (const file of fs.readdirSync(out)) {
  if (file.endsWith('.tgz')) fs.rmSync(path.join(out, file));
}
packHost();
made.forEach(packMachine);
