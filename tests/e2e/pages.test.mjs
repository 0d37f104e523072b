// Every page, in light, in dark, on a telephone, and over PostgreSQL: it comes without complaints, fits, and can be used by
// everybody. The pictures are for people to look at.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { assertAccessible, assertFits, launch, openPage, picture, settled } from './browser.mjs';
import { centralDatabaseOf, recordedStore, serve } from './server.mjs';

let store, central, server, serverOfCentral, browser;
before(async () => {
  store = await recordedStore();
  central = await centralDatabaseOf(store);
  server = await serve(store);
  serverOfCentral = await serve(central);
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await serverOfCentral?.stop();
  await server?.stop();
  await central?.stop();
  await store?.remove();
});

const pages = [
  { name: 'overview', path: '/', title: 'Overview' },
  { name: 'invocations', path: '/invocations', title: 'Invocations' },
  { name: 'invocations-failed', path: '/invocations?f=status:is:failed,timeout,crashed&f=user:not:job-runner', title: 'Invocations' },
  { name: 'jobs', path: '/jobs?f=status:is:failed', title: 'Jobs' },
  { name: 'logs', path: '/logs?level=warn,error', title: 'Logs' },
  { name: 'search', path: '/search?q=timed+out', title: 'Search' },
  { name: 'search-empty', path: '/search', title: 'Search' },
  { name: 'settings', path: '/settings', title: 'Settings' },
];

const looks = [
  { look: 'light', theme: 'light', width: 1440, height: 900 },
  { look: 'central', theme: 'light', width: 1440, height: 900 },
  { look: 'dark', theme: 'dark', width: 1440, height: 900 },
  { look: 'phone', theme: 'light', width: 360, height: 780 },
];

for (const { look, ...view } of looks) {
  for (const { name, path, title } of pages) {
    test(`${name}, ${look}`, async () => {
      const { url } = look === 'central' ? serverOfCentral : server;
      const page = await openPage(browser, { ...view, url });
      await page.goto(url + path);
      await settled(page);
      assert.match(await page.locator('h1').innerText(), new RegExp(`^${title}`));
      assert.equal(await page.locator('main [role=alert]').count(), 0, 'an error is shown');
      await picture(page, `${name}-${look}`);
      await assertFits(page, name);
      await assertAccessible(page, `${name}, ${look}`);
      assert.deepEqual(page.complaints, []);
      await page.context().close();
    });
  }
}

test('an unknown address says so', async () => {
  const page = await openPage(browser, { url: server.url });
  await page.goto(`${server.url}/nowhere`);
  await page.getByText('Page not found').waitFor();
  await page.context().close();
});
