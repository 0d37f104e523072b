// A page of another origin in a real browser, which tries everything that a page may do to a server beside it.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import http from 'node:http';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { chromium } from 'playwright-core';

import { until } from '../support/private.mjs';
import { Server } from '../support/server.mjs';

const edo = process.env.EDO;
const folder = mkdtempSync(path.join(tmpdir(), 'edo-foreign-'));
const store = path.join(folder, 'demo.db');
const query = '{ invocations_aggregate { aggregate { count } } }';
let pages;
let browser;

const serve = (...args) => Server.start(edo, ['serve', '--store', store, '--listen', '127.0.0.1:0', ...args]);

before(async () => {
  execFileSync(edo, ['demo', '--store', store, '--invocations', '10', '--seed', '7']);
  pages = http.createServer((_, response) => {
    response.setHeader('content-type', 'text/html');
    response.end('<!doctype html><title>a page</title>');
  });
  await new Promise((resolve) => pages.listen(0, '127.0.0.1', resolve));
  browser = await chromium.launch({
    executablePath: process.env.CHROMIUM,
    args: [
      '--headless', '--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking',
      '--disable-component-update', '--disable-sync', '--host-resolver-rules=MAP *.example 127.0.0.1',
    ],
  });
});
after(async () => {
  await browser?.close();
  pages?.close();
  rmSync(folder, { recursive: true });
});

/** How many requests a server has answered on the paths that cost something, by their status. */
async function answered(server) {
  const text = await (await fetch(`${server.url}/metrics`)).text();
  const counts = {};
  for (const [, status, count] of text.matchAll(/^edo_server_requests_total\{route="\/(?:v1\/graphql|edo\/[a-z]+)",status="(\d+)"\} (\d+)$/gm)) {
    counts[status] = (counts[status] ?? 0) + Number(count);
  }
  return { counts, total: Object.values(counts).reduce((sum, count) => sum + count, 0), text };
}

// Each runs in the page. The ones with `blocked` resolve to what the browser made of the server's answer.
const attacks = {
  'a form of plain text': ({ url, query }) => {
    document.body.innerHTML = `<iframe name="there"></iframe><form method="post" enctype="text/plain" target="there" action="${url}/v1/graphql"><input></form>`;
    const input = document.querySelector('input');
    input.name = `{"query": ${JSON.stringify(query)}, "x": "`;
    input.value = '"}';
    document.querySelector('form').submit();
  },
  'an ordinary form': ({ url }) => {
    document.body.innerHTML = `<iframe name="there"></iframe><form method="post" target="there" action="${url}/edo/sql"><input name="sql" value="SELECT 1"></form>`;
    document.querySelector('form').submit();
  },
  'plain text without CORS': ({ url, query }) =>
    void fetch(`${url}/v1/graphql`, { method: 'POST', mode: 'no-cors', body: JSON.stringify({ query }) }),
  'SQL as plain text': ({ url }) =>
    void fetch(`${url}/edo/sql`, { method: 'POST', mode: 'no-cors', body: '{"sql": "SELECT 1"}' }),
  'a beacon': ({ url, query }) => void navigator.sendBeacon(`${url}/v1/graphql`, JSON.stringify({ query })),
  'an image': ({ url, query }) => void (new Image().src = `${url}/v1/graphql?query=${encodeURIComponent(query)}`),
  'a script': ({ url, query }) => {
    const script = document.createElement('script');
    script.src = `${url}/v1/graphql?query=${encodeURIComponent(query)}`;
    document.head.append(script);
  },
  'a frame': ({ url }) => {
    document.body.innerHTML = `<iframe src="${url}/edo/info"></iframe>`;
  },
  'a frame without an origin': ({ url, query }) => {
    const body = JSON.stringify(JSON.stringify({ query }));
    document.body.innerHTML = '<iframe sandbox="allow-scripts"></iframe>';
    document.querySelector('iframe').srcdoc =
      `<script>fetch('${url}/v1/graphql', { method: 'POST', mode: 'no-cors', body: ${body} })</script>`;
  },
  'an event source': ({ url }) => void new EventSource(`${url}/v1/graphql?query=subscription{invocations{id}}`),
  'JSON, with a preflight': ({ url, query }) =>
    fetch(`${url}/v1/graphql`, {
      method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ query }),
    }).then(() => 'answered', () => 'blocked'),
  'a header of Hasura, with a preflight': ({ url, query }) =>
    fetch(`${url}/v1/graphql`, {
      method: 'POST', headers: { 'x-hasura-role': 'admin' }, body: JSON.stringify({ query }),
    }).then(() => 'answered', () => 'blocked'),
};

const openSocket = ({ socket }) =>
  new Promise((resolve) => {
    const opened = new WebSocket(socket, 'graphql-transport-ws');
    opened.onopen = () => resolve('open');
    opened.onerror = () => resolve('refused');
  });

// Another port of this machine is the same site, and another origin.
for (const host of ['evil.example', '127.0.0.1', 'localhost']) {
  test(`a page of ${host} has nothing executed`, { timeout: 110_000 }, async () => {
    const server = await serve();
    const page = await browser.newPage();
    await page.goto(`http://${host}:${pages.address().port}/`);
    for (const [name, attack] of Object.entries(attacks)) {
      const { total } = await answered(server);
      const outcome = await page.evaluate(attack, { url: server.url, query });
      assert.notEqual(outcome, 'answered', name);
      await until(async () => (await answered(server)).total > total, `the request of ${name}`);
    }
    assert.equal(await page.evaluate(openSocket, { socket: server.socket }), 'refused');
    const { counts, text } = await answered(server);
    assert.deepEqual(Object.keys(counts).sort(), ['204', '403'], JSON.stringify(counts));
    assert.doesNotMatch(text, /edo_server_operations_total\{/);
    assert.match(text, /^edo_server_websockets 0$/m);
    await page.close();
    await server.stop();
  });
}

test('a link to a query is refused, and one to a harmless path is not', async () => {
  const server = await serve();
  for (const [to, expected] of [['/v1/graphql?query=query', 403], ['/edo/info', 403], ['/v1/version', 200]]) {
    const page = await browser.newPage();
    await page.goto(`http://evil.example:${pages.address().port}/`);
    const [response] = await Promise.all([
      page.waitForResponse((each) => each.url().startsWith(server.url)),
      page.evaluate((address) => void (location.href = address), server.url + to),
    ]);
    assert.equal(response.status(), expected, to);
    await page.close();
  }
  await server.stop();
});

test('a name that was rebound to this machine is refused', async () => {
  const server = await serve();
  const page = await browser.newPage();
  const response = await page.goto(`http://evil.example:${server.port}/v1/graphql?query=${encodeURIComponent(query)}`);
  assert.equal(response.status(), 403);
  assert.match(await response.text(), /the Host header must be localhost/);
  await page.close();
  await server.stop();
});

test('pages of the server and of an allowed origin are served, but not plain text', async () => {
  const origin = `http://app.example:${pages.address().port}`;
  const server = await serve('--cors-domain', origin);
  const page = await browser.newPage();
  for (const address of [`${server.url}/v1/version`, origin]) {
    await page.goto(address);
    assert.equal(await page.evaluate(attacks['JSON, with a preflight'], { url: server.url, query }), 'answered');
    assert.equal(await page.evaluate(openSocket, { socket: server.socket }), 'open');
    const { counts } = await answered(server);
    await page.evaluate(attacks['plain text without CORS'], { url: server.url, query });
    await until(async () => (await answered(server)).counts[415] > (counts[415] ?? 0), 'the request');
  }
  assert.match((await answered(server)).text, /edo_server_operations_total\{outcome="ok"\} 2\n/);
  await page.close();
  await server.stop();
});
