'use strict';
// What a host notices where the add-on is missing, does not fit, or is not wanted: a warning at most.

const assert = require('node:assert/strict');
const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const test = require('node:test');

const addon = process.env.EDO_NODE_ADDON;
const source = path.join(__dirname, '..');
const name = 'event-detector-observability';

// A host's folder with the package as npm installs it, without any package of a machine.
function host(t, { version } = {}) {
  const root = fs.mkdtempSync(path.join(os.tmpdir(), 'edo-native-'));
  t.after(() => fs.rmSync(root, { recursive: true, force: true }));
  const installed = path.join(root, 'node_modules', name);
  for (const part of ['index.js', 'index.mjs', 'register.js', 'lib', 'package.json']) {
    fs.cpSync(path.join(source, part), path.join(installed, part), { recursive: true });
  }
  if (version) {
    const manifest = JSON.parse(fs.readFileSync(path.join(source, 'package.json'), 'utf8'));
    fs.writeFileSync(
      path.join(installed, 'package.json'),
      JSON.stringify({ ...manifest, version }),
    );
  }
  return root;
}

// Records all there is to record, by hand and through the plugin, and prints what it was given.
const useAll = `
  const { Recorder, createPlugin } = observability;
  const recorder = new Recorder('telemetry.db');
  new Recorder('another.db').close();
  const invocation = recorder.startInvocation({ sourceFunction: 'orders' });
  const event = invocation.event('order.created');
  event.detected();
  const job = event.job('send_receipt');
  job.log('info', 'sent');
  job.complete({ sent: true });
  event.complete();
  invocation.complete();
  (async () => {
    const plugin = createPlugin(class {}, { store: 'telemetry.db' });
    const payload = {};
    await plugin.initialize();
    await plugin.onInvocationStart(payload, {});
    await plugin.onInvocationEnd(payload, { events: [] }, 1);
    const flushed = await recorder.flush();
    recorder.close();
    plugin.close();
    const maps = process.platform === 'linux' && require('node:fs').readFileSync('/proc/self/maps', 'utf8');
    console.log(JSON.stringify({
      ids: [invocation.id, event.id, job.id, invocation.correlationId],
      inChain: job.correlationId === invocation.correlationId,
      stored: recorder.health().stored,
      invocation: payload.__invocationId,
      finished: flushed.finished,
      problem: plugin.getStatus().problem,
      loaded: /[.]node$/m.test(maps),
    }));
  })();`;
const asModule = {
  'host.cjs': `const observability = require('${name}');${useAll}`,
  'host.mjs': `import { createRequire } from 'node:module';
    import observability from '${name}';
    const require = createRequire(import.meta.url);${useAll}`,
};

// Runs it as either kind of module; gives what it printed, and its warnings.
function use(root, file, env = {}, args = []) {
  fs.writeFileSync(path.join(root, file), asModule[file]);
  const { status, stdout, stderr } = spawnSync(process.execPath, [...args, file], {
    cwd: root,
    encoding: 'utf8',
    env: { PATH: process.env.PATH, ...env },
  });
  assert.equal(status, 0, stderr);
  const warnings = stderr.split('\n').filter((line) => line.includes('ObservabilityWarning'));
  return { ...JSON.parse(stdout), warnings };
}

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

function assertInert(seen) {
  for (const id of [...seen.ids, seen.invocation].filter(Boolean)) assert.match(id, uuid);
  assert.equal(new Set(seen.ids).size, 4);
  assert.ok(seen.inChain);
  assert.equal(seen.stored, 0);
  assert.equal(seen.finished, false);
  assert.equal(seen.loaded, false);
}

for (const file of Object.keys(asModule)) {
  test(`without the add-on a host runs, and hears of it once: ${file}`, (t) => {
    const seen = use(host(t), file);
    assertInert(seen);
    assert.equal(seen.warnings.length, 1, seen.warnings.join('\n'));
    assert.match(seen.warnings[0], /nothing is recorded: event-detector-observability-linux-\w+-gnu is not installed; /);
    assert.ok(seen.warnings[0].endsWith(seen.problem), seen.problem);
  });
}

test('with the add-on all that is recorded', (t) => {
  const root = host(t);
  const seen = use(root, 'host.cjs', { EDO_NODE_ADDON: addon });
  assert.equal(seen.loaded, true);
  assert.equal(seen.problem, undefined);
  assert.ok(seen.stored > 0);
  assert.deepEqual(seen.warnings, []);
  assert.ok(fs.existsSync(path.join(root, 'telemetry.db')));
});

test('an add-on that cannot be loaded is as one that is missing', (t) => {
  const root = host(t);
  const broken = path.join(root, 'broken.node');
  fs.writeFileSync(broken, 'this is no library');
  const seen = use(root, 'host.cjs', { EDO_NODE_ADDON: broken });
  assertInert(seen);
  assert.equal(seen.warnings.length, 1);
  assert.match(seen.warnings[0], /broken.node cannot be loaded .*; install it again/);
});

test('so is one of another version', (t) => {
  const seen = use(host(t, { version: '99.0.0' }), 'host.cjs', { EDO_NODE_ADDON: addon });
  assert.equal(seen.stored, 0);
  assert.equal(seen.warnings.length, 1);
  assert.match(seen.warnings[0], /has version .*, not 99.0.0/);
});

for (const off of ['false', '0', 'NO', 'Off']) {
  test(`switched off with ${off} in the environment, it loads no native code`, (t) => {
    const root = host(t);
    const seen = use(root, 'host.cjs', { EDO_NODE_ADDON: addon, OBSERVABILITY_ENABLED: off });
    assertInert(seen);
    assert.deepEqual(seen.warnings, []);
    assert.equal(fs.existsSync(path.join(root, 'telemetry.db')), false);
  });
}

// As Node describes itself there; all else of it is the same everywhere.
for (const [platform, arch] of [
  ['darwin', 'arm64'],
  ['win32', 'x64'],
  ['linux', 'riscv64'],
  ['freebsd', 'x64'],
]) {
  test(`on ${platform} ${arch} a host runs, and nothing is recorded`, (t) => {
    const root = host(t);
    const elsewhere = path.join(root, 'elsewhere.js');
    fs.writeFileSync(
      elsewhere,
      `Object.defineProperty(process, 'platform', { value: '${platform}' });
       Object.defineProperty(process, 'arch', { value: '${arch}' });`,
    );
    const seen = use(root, 'host.cjs', {}, ['--require', elsewhere]);
    assertInert(seen);
    assert.equal(seen.warnings.length, 1);
    assert.match(seen.warnings[0], new RegExp(`no add-on exists for ${platform} ${arch}`));
  });
}

// In a clone of its own, as far as install.js looks at it.
function clone(t, project) {
  const root = fs.mkdtempSync(path.join(os.tmpdir(), 'edo-clone-'));
  t.after(() => fs.rmSync(root, { recursive: true, force: true }));
  const folder = path.join(root, 'bindings', 'node');
  fs.cpSync(path.join(source, 'scripts'), path.join(folder, 'scripts'), { recursive: true });
  fs.mkdirSync(path.join(root, 'subprojects', 'sqlite3', 'node_modules'), { recursive: true });
  fs.writeFileSync(path.join(root, 'meson.build'), `project(\n  '${project}',\n  'cpp',\n)\n`);
  return { root, folder };
}

// Programs that write down that they were called; ninja makes the add-on.
function builders(root) {
  const bin = path.join(root, 'bin');
  fs.mkdirSync(bin);
  const made = `${root}/build-node/bindings/node`;
  for (const program of ['meson', 'c++', 'pkg-config', 'python3', 'npm', 'ninja']) {
    const build =
      program === 'ninja' ? `[ "$1" = --version ] || { mkdir -p '${made}'; date +%N >'${made}/edo.node'; }` : '';
    fs.writeFileSync(
      path.join(bin, program),
      `#!/bin/sh\necho ${program} "$@" >>'${root}/called'\n${build}\n`,
      { mode: 0o755 },
    );
  }
  return bin;
}

function install(folder, bin, askedIn) {
  return spawnSync(process.execPath, ['scripts/install.js'], {
    cwd: folder,
    encoding: 'utf8',
    env: { PATH: `${bin}:/usr/bin:/bin`, INIT_CWD: askedIn ?? folder },
  });
}

test('installing again leaves the add-on that hosts have mapped as it is', (t) => {
  const { root, folder } = clone(t, name);
  const bin = builders(root);
  assert.equal(install(folder, bin).status, 0);
  const file = path.join(folder, 'native', 'edo.node');
  const mapped = fs.openSync(file, 'r');
  t.after(() => fs.closeSync(mapped));
  const before = fs.readFileSync(file, 'utf8');
  assert.equal(install(folder, bin).status, 0);
  assert.notEqual(fs.readFileSync(file, 'utf8'), before);
  assert.equal(fs.readFileSync(mapped, 'utf8'), before);
  assert.deepEqual(fs.readdirSync(path.dirname(file)), ['edo.node']);
});

test('the description of another project is not mistaken for ours', (t) => {
  const { root, folder } = clone(t, 'somebody-elses');
  const { status, stderr } = install(folder, builders(root));
  assert.equal(status, 1);
  assert.match(stderr, /can only be built in a clone of the repository/);
  assert.equal(fs.existsSync(path.join(root, 'called')), false);
});

test('what cannot be built fails only the install of the folder itself', (t) => {
  const { folder } = clone(t, name);
  const nothing = fs.mkdtempSync(path.join(folder, 'bin-'));
  const env = { PATH: nothing, INIT_CWD: os.tmpdir() };
  const run = (more) =>
    spawnSync(process.execPath, ['scripts/install.js'], {
      cwd: folder,
      encoding: 'utf8',
      env: { ...env, ...more },
    });
  const asDependency = run({});
  assert.equal(asDependency.status, 0);
  assert.match(asDependency.stderr, /meson, ninja, .* missing; run .\/dev setup in /);
  assert.equal(run({ INIT_CWD: folder }).status, 1);
});
