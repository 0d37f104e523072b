// A role that sees less: every page shows what the role may see, and none shows an error. Over a store and over PostgreSQL.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import { assertAccessible, launch, openPage, settled } from './browser.mjs';
import { ask, centralDatabaseOf, recordedStore, serve, write } from './server.mjs';

let store, central, servers, browser, failed, job;
before(async () => {
  store = await recordedStore(300);
  central = await centralDatabaseOf(store);
  const options = ['--admin-secret', 's3cret', '--unauthorized-role', 'user'];
  servers = { store: await serve({ file: store.file }, { options }), central: await serve(central, { options }) };
  browser = await launch();
  [failed] = await ask(store, "SELECT id FROM invocations WHERE status = 'failed' AND total_jobs_failed > 0 ORDER BY created_at DESC LIMIT 1");
  [job] = await ask(store, `SELECT id FROM job_executions WHERE invocation_id = '${failed.id}' AND status = 'failed' LIMIT 1`);
});
after(async () => {
  await browser?.close();
  for (const server of Object.values(servers ?? {})) await server.stop();
  await central?.stop();
  await store?.remove();
});

const tabs = ['flow', 'waterfall', 'jobs', 'logs', 'chain', 'compare', 'raw'];
const pages = {
  overview: () => '/',
  invocations: () => '/invocations',
  'invocations with a text': () => '/invocations?q=timed+out',
  'invocations with a text in errors': () => '/invocations?q=timed+out&in=errors',
  jobs: () => '/jobs',
  'jobs with a text': () => '/jobs?q=timed+out',
  logs: () => '/logs',
  'logs with a text': () => '/logs?q=order',
  flow: () => '/flow',
  analytics: () => '/analytics',
  'search for a text': () => '/search?q=timed+out',
  'search for an id': () => `/search?q=${failed.id}`,
  'search for a row': () => '/search?q=orders:48190',
  replication: () => '/replication',
  sql: () => '/sql',
  settings: () => '/settings',
  ...Object.fromEntries(tabs.map((tab) => [`invocation, ${tab}`, () => `/invocations/${failed.id}?tab=${tab}`])),
  'a job': () => `/invocations/${failed.id}?sel=job-${job.id}`,
  'an invocation': () => `/invocations/${failed.id}?sel=invocation`,
  'a source': () => `/invocations/${failed.id}?sel=source`,
};

const open = async (place, path) => {
  const { url } = servers[place];
  const page = await openPage(browser, { url });
  await page.goto(url + path);
  await settled(page);
  return page;
};

for (const place of ['store', 'central']) {
  for (const [name, path] of Object.entries(pages)) {
    test(`${name}, ${place}`, async () => {
      const page = await open(place, path());
      assert.deepEqual(await page.locator('[role=alert]').allInnerTexts(), []);
      assert.equal(await page.getByText('not found in type').count(), 0);
      // Only the admin may ask /edo/info, and Chromium itself logs that the server refuses it.
      assert.deepEqual(page.complaints.filter((line) => !line.includes('status of 401')), []);
      await page.context().close();
    });
  }
}

test('log lines are shown, opened and followed without their data', async () => {
  const page = await open('store', '/logs');
  const lines = page.getByRole('group', { name: 'Log lines' }).getByRole('button');
  await lines.first().waitFor();
  await lines.first().click();
  await page.getByText('In its job').waitFor();
  assert.deepEqual(await page.locator('[role=alert]').allInnerTexts(), []);
  await assertAccessible(page, 'logs of a role');
  // The subscription may be the first that the server refuses.
  await page.goto(`${servers.store.url}/logs?live=1`);
  await page.getByRole('button', { name: 'Live', exact: true, pressed: true }).waitFor();
  write(
    { file: store.file },
    `INSERT INTO job_logs (id, job_execution_id, invocation_id, created_at, sequence, level, message, data)
     VALUES ('${randomUUID()}', '${job.id}', '${failed.id}', now(), 9999, 'warn', 'written by hand', '{"hidden": true}')`,
  );
  await page.getByRole('button', { name: 'written by hand' }).waitFor();
  assert.equal(await page.getByText('hidden').count(), 0);
  assert.equal(await page.getByRole('button', { name: 'Live', exact: true, pressed: true }).count(), 1);
  await page.context().close();
});

test('what the role does not see is not offered', async () => {
  const page = await open('store', `/invocations/${failed.id}`);
  await page.getByRole('tab', { name: 'Raw' }).waitFor();
  for (const name of ['Payload', 'Context']) assert.equal(await page.getByRole('tab', { name }).count(), 0, name);
  await page.goto(`${servers.store.url}/search?q=timed+out`);
  await page.getByText('In logs').first().waitFor();
  await settled(page);
  assert.equal(await page.getByText('In payloads and context').count(), 0);
  assert.ok((await page.getByText('In errors of invocations').count()) > 0);
  await page.context().close();
});
