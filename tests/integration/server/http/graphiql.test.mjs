// GraphiQL in a real browser: it loads from the server alone, knows the schema and runs a query.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { chromium } from 'playwright-core';

import { Server } from '../support/server.mjs';

const edo = process.env.EDO;
const folder = mkdtempSync(path.join(tmpdir(), 'edo-graphiql-'));
const store = path.join(folder, 'demo.db');
let server;
let browser;

before(async () => {
  execFileSync(edo, ['demo', '--store', store, '--invocations', '10', '--seed', '7']);
  server = await Server.start(edo, ['serve', '--store', store, '--listen', '127.0.0.1:0']);
  browser = await chromium.launch({
    executablePath: process.env.CHROMIUM,
    args: [
      '--headless', '--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking',
      '--disable-component-update', '--disable-sync',
    ],
  });
});
after(async () => {
  await browser?.close();
  await server?.stop();
  rmSync(folder, { recursive: true });
});

test('GraphiQL loads without errors or other servers, and runs a query', { timeout: 110_000 }, async () => {
  const page = await browser.newPage();
  const troubles = [];
  page.on('pageerror', (error) => troubles.push(String(error)));
  page.on('console', (message) => message.type() === 'error' && troubles.push(message.text()));
  page.on('requestfailed', (request) => troubles.push(`${request.url()} ${request.failure().errorText}`));
  page.on('request', (request) => {
    if (!/^(data|blob):/.test(request.url()) && !request.url().startsWith(server.url)) troubles.push(request.url());
  });
  const introspection = page.waitForResponse((response) => response.url() === server.graphql);
  await page.goto(`${server.url}/graphiql`);
  assert.ok((await (await introspection).json()).data.__schema);
  const answer = page.waitForResponse((response) =>
    (response.request().postData() ?? '').includes('RecentInvocations'),
  );
  await page.getByRole('button', { name: /execute query/i }).click();
  assert.equal((await (await answer).json()).data.invocations.length, 10);
  await page.locator('.result-window').getByText('source_function').first().waitFor();
  assert.deepEqual(troubles, []);
});
