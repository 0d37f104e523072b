// A store with one huge invocation, on screens of every width: a page keeps few rows in the document.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { assertFits, launch, openPage, picture, settled } from './browser.mjs';
import { largeInvocation, recordedStore, serve } from './server.mjs';

const screens = [
  { width: 375, height: 700 },
  { width: 768, height: 1024 },
  { width: 1024, height: 768 },
  { width: 1440, height: 900 },
  // A window of 1440 × 900 at a zoom of 400 %.
  { width: 360, height: 225 },
];
const tabs = ['flow', 'waterfall', 'jobs', 'logs', 'raw'];
const lists = ['/', '/invocations', '/jobs', '/logs', '/search?q=price', '/flow', '/analytics', '/replication'];
const mostNodes = 6000;
// A page of log lines has 200, and the next is fetched before the end comes into view.
const mostLinePages = 2;

let store, server, browser, id;
before(async () => {
  store = await recordedStore();
  id = largeInvocation(store);
  server = await serve(store);
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await server?.stop();
  await store?.remove();
});

for (const screen of screens) {
  const size = `${screen.width}x${screen.height}`;
  test(`every page is bounded at ${size}`, async (t) => {
    for (const path of [...tabs.map((tab) => `/invocations/${id}?tab=${tab}`), ...lists]) {
      const page = await openPage(browser, { ...screen, url: server.url });
      let linePages = 0;
      page.on('request', (request) => request.postData()?.includes('query LogPage') && (linePages += 1));
      await page.addInitScript(() => {
        window.longest = 0;
        new PerformanceObserver((list) => {
          for (const { duration } of list.getEntries()) window.longest = Math.max(window.longest, duration);
        }).observe({ type: 'longtask', buffered: true });
      });
      await page.goto(server.url + path);
      await settled(page);
      // What is fetched because the page shows its end is fetched by now.
      await page.waitForLoadState('networkidle');
      const { nodes, longest } = await page.evaluate(() => ({ nodes: document.querySelectorAll('*').length, longest: window.longest }));
      t.diagnostic(`${path.replace(id, '…')}: ${nodes} nodes, longest task ${Math.round(longest)} ms`);
      assert.ok(nodes < mostNodes, `${path} has ${nodes} nodes`);
      assert.ok(linePages <= mostLinePages, `${path} fetched ${linePages} pages of log lines`);
      await assertFits(page, path);
      if (path.includes('tab=waterfall')) await picture(page, `huge-waterfall-${size}`);
      assert.deepEqual(page.complaints, []);
      await page.context().close();
    }
  });
}
