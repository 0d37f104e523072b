'use strict';

const assert = require('node:assert/strict');
const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const test = require('node:test');

const { Recorder } = require('..');
const { callsOfOne, record } = require('./support/sample');
const { Store } = require('./support/store');
const { until } = require('./support/wait');

// A file system of its own, or nothing where this user may not mount one.
function smallDisk(t) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'edo-disk-'));
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=8m', 'tmpfs', folder]).status === 0;
  t.after(() => {
    if (mounted) spawnSync('umount', ['--lazy', folder]);
    fs.rmSync(folder, { recursive: true, force: true });
  });
  return mounted ? folder : undefined;
}

function fill(folder) {
  const file = fs.openSync(path.join(folder, 'ballast'), 'w');
  const block = Buffer.alloc(4096, 'x');
  try {
    while (fs.writeSync(file, block) === block.length);
  } catch (error) {
    assert.equal(error.code, 'ENOSPC');
  }
  fs.closeSync(file);
}

for (const commit of ['call', 'tick']) {
  test(`a full disk: the host continues, and everything recovers when there is space (${commit})`, async (t) => {
    const folder = smallDisk(t);
    if (!folder) return t.skip('this user may not mount a file system');
    const store = new Store(t, path.join(folder, 'store'));
    fs.mkdirSync(store.folder);
    const errors = [];
    const recorder = new Recorder(store.path, {
      commit,
      maxQueueBytes: 100_000,
      onError: (error) => errors.push(error),
    });
    t.after(() => recorder.close());
    let invocations = 0;
    const recordOne = async (name) => {
      record(recorder, name);
      ++invocations;
      await recorder.committed();
    };
    await recordOne();
    fill(folder);
    while (recorder.health().dropped === 0) await recordOne();
    await until(() => errors.some((error) => error.kind === 'full'), 'the error');

    fs.rmSync(path.join(folder, 'ballast'));
    await until(() => recorder.health().queued === 0, 'the end of the queue');
    await recordOne('last');
    assert.equal(store.count("invocations WHERE source_function = 'last' AND status = 'completed'"), 1);
    const { stored, dropped } = recorder.health();
    assert.equal(stored + dropped, invocations * callsOfOne);
  });
}
