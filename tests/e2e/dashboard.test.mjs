// What the dashboard shows is what the store holds, and what a person does to it is in the address.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { eventually, launch, openPage, picture, settled, totalIs } from './browser.mjs';
import { proxyTo } from './proxy.mjs';
import { ask, recordedStore, serve, write } from './server.mjs';

let store, server, browser;
before(async () => {
  store = await recordedStore();
  server = await serve(store);
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await server?.stop();
  await store?.remove();
});

// The sample host records a day that has just ended, so this holds all of it however slow the test is.
const range = 'from=now-7d';

async function open(path, options = {}) {
  const page = await openPage(browser, { url: server.url, ...options });
  await page.goto(server.url + path);
  await settled(page);
  return page;
}

const count = async (where = 'true') => Number((await ask(store, `SELECT count(*) AS n FROM invocations WHERE ${where}`))[0].n);
const digits = (text) => Number(text.replaceAll(/\D/g, ''));
const addressOf = (page) => new URL(page.url()).searchParams;
const cells = (page, column) => page.locator(`[role=row][data-index] [role=cell]:nth-child(${column})`).allInnerTexts();

describe('overview', () => {
  test('counts what the store counts', async () => {
    const page = await open(`/?${range}`);
    const stat = (label) => page.locator('dl div', { has: page.locator('dt', { hasText: label }) }).locator('dd > span').first();
    await eventually(async () => digits(await stat('Invocations').innerText()), await count());
    await eventually(async () => digits(await stat('Failed').innerText()), await count("status IN ('failed', 'timeout', 'crashed')"));
    const [{ p }] = await ask(store, 'SELECT percentile_cont(total_duration_ms, 0.5) AS p FROM invocations');
    await eventually(() => stat('p50 duration').innerText(), `${Math.round(p)} ms`);
    await page.context().close();
  });

  test('links to what it counts', async () => {
    const page = await open(`/?${range}`);
    await page.getByRole('link', { name: 'Show them' }).click();
    await settled(page);
    assert.equal(addressOf(page).get('f'), 'status:is:failed,timeout,crashed');
    assert.equal(addressOf(page).get('from'), 'now-7d');
    await totalIs(page, await count("status IN ('failed', 'timeout', 'crashed')"));
    await page.context().close();
  });
});

describe('the calendar', () => {
  /** The start of a day in Berlin, which the browser is in: so many days ago. */
  async function dayInBerlin(page, ago) {
    return page.evaluate((days) => {
      const day = new Date();
      day.setHours(0, 0, 0, 0);
      day.setDate(day.getDate() - days);
      return day.toISOString().replace('Z', '000Z');
    }, ago);
  }

  test('has today and yesterday, in the zone of the settings', async () => {
    const page = await open('/invocations');
    const [today, yesterday] = [await dayInBerlin(page, 0), await dayInBerlin(page, 1)];
    for (const [name, where] of [['Today', `created_at >= '${today}'`], ['Yesterday', `created_at >= '${yesterday}' AND created_at < '${today}'`]]) {
      await page.locator('header').getByRole('button', { name: /^(Last|Today)/ }).first().click();
      await page.getByRole('dialog').getByRole('button', { name, exact: true }).click();
      await page.waitForURL(/from=/);
      await totalIs(page, await count(where));
    }
    await page.context().close();
  });

  test('the period before is drawn over the present one', async () => {
    const page = await open('/?from=now-6h');
    await page.getByRole('button', { name: 'Draw the period before' }).click();
    await page.waitForURL(/before=1/);
    await page.getByRole('img', { name: /Invocations over time.*The period before: \d/ }).waitFor();
    await picture(page, 'overview-before');
    // The sample host records a day.
    await page.goto(`${server.url}/?from=now-7d&before=1`);
    await page.getByText('not enough data before').waitFor();
    await page.locator('button:disabled[aria-label="Draw the period before"]').waitFor();
    await page.context().close();
  });
});

/** Writes an invocation that runs. */
function begin(name) {
  const id = randomUUID();
  write(store, `INSERT INTO invocations (id, created_at, updated_at, source_function, status) VALUES ('${id}', now(), now(), '${name}', 'running')`);
  return id;
}

describe('invocations', () => {
  test('filters are added, negated and removed', async () => {
    const page = await open(`/invocations?${range}`);
    await page.getByRole('button', { name: 'Filter', exact: true }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Status' }).click();
    await page.getByRole('checkbox', { name: 'failed' }).check();
    await page.getByRole('button', { name: 'Add filter' }).click();
    await page.waitForURL(/f=status/);
    await settled(page);
    await totalIs(page, await count("status = 'failed'"));
    await eventually(async () => [...new Set(await cells(page, 2))], ['failed']);

    await page.goto(`${server.url}/invocations?${range}&f=status:not:completed`);
    await settled(page);
    await totalIs(page, await count("status <> 'completed'"));
    await page.getByRole('button', { name: 'Remove the filter on Status' }).click();
    await settled(page);
    assert.equal(addressOf(page).get('f'), null);
    await page.context().close();
  });

  test('the server sorts, and empty values come last', async () => {
    const page = await open(`/invocations?${range}`);
    await page.getByRole('button', { name: 'Duration' }).click();
    await page.waitForURL(/sort=-total_duration_ms/);
    await settled(page);
    const [{ id }] = await ask(store, 'SELECT id FROM invocations ORDER BY total_duration_ms DESC NULLS LAST, id DESC LIMIT 1');
    await page.locator(`[role=row][data-index="0"] a[href^="/invocations/${id}"]`).waitFor();
    await page.context().close();
  });

  test('scrolling reaches every row once, and keeps few of them in the document', async () => {
    const page = await open(`/invocations?${range}`);
    const total = await count();
    const seen = new Set();
    const scroller = page.getByRole('table', { name: 'Invocations' }).locator('..');
    for (let turn = 0; seen.size < total && turn < 400; turn += 1) {
      const rows = await page.locator('[role=row][data-index] a').evaluateAll((links) => links.map((link) => link.getAttribute('href')));
      assert.ok(rows.length < 90, `${rows.length} rows are in the document`);
      for (const href of rows) seen.add(href);
      await scroller.evaluate((element) => element.scrollBy(0, element.clientHeight));
      await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
      await settled(page);
    }
    assert.equal(seen.size, total);
    await page.context().close();
  });

  test('text is found in logs, however far back', async () => {
    const [{ message, id, n }] = await ask(store, `SELECT message, min(invocation_id) AS id, count(DISTINCT invocation_id) AS n FROM job_logs
      WHERE message LIKE '% %' AND message NOT LIKE '%[_\\%]%' GROUP BY message ORDER BY n, min(created_at) LIMIT 1`);
    const page = await open(`/invocations?${range}&in=logs&q=${encodeURIComponent(message)}`);
    await totalIs(page, Number(n));
    await page.locator(`[role=row][data-index] a[href^="/invocations/${id}"]`).first().waitFor();
    await page.context().close();
  });

  test('columns, views and exports follow the choice', async () => {
    const page = await open(`/invocations?${range}&f=status:is:failed`);
    await page.getByRole('button', { name: 'Columns' }).click();
    await page.getByRole('checkbox', { name: 'Role' }).click();
    await page.getByRole('columnheader', { name: 'Role' }).waitFor();
    await page.getByRole('checkbox', { name: 'Events' }).click();
    await page.getByRole('columnheader', { name: 'Events' }).waitFor({ state: 'detached' });
    await page.keyboard.press('Escape');

    await page.getByRole('button', { name: 'Views' }).click();
    await page.getByRole('textbox', { name: 'Name of the view' }).fill('My failures');
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    const saved = page.url();
    await page.keyboard.press('Escape');
    await page.goto(`${server.url}/invocations`);
    await settled(page);
    await page.getByRole('button', { name: 'Views' }).click();
    await page.getByRole('button', { name: 'My failures', exact: true }).click();
    await settled(page);
    assert.equal(new URL(page.url()).search, new URL(saved).search);

    await page.getByRole('button', { name: 'Export' }).click();
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: /CSV/ }).click()]);
    const lines = readFileSync(await download.path(), 'utf8').trimEnd().split('\r\n');
    assert.match(lines[0], /^source_function,status,created_at/);
    assert.equal(lines.filter((line) => /,failed,/.test(line)).length, await count("status = 'failed'"));
    await page.context().close();
  });

  test('the list says which step failed and why, and finds it by that', async () => {
    const [{ id, job, message }] = await ask(store, `SELECT i.id, j.job_name AS job, j.error_message AS message FROM invocations i
      JOIN job_executions j ON j.invocation_id = i.id AND j.status = 'failed' AND j.error_message IS NOT NULL
      WHERE i.error_message IS NULL AND NOT EXISTS (SELECT 1 FROM event_executions e WHERE e.invocation_id = i.id AND (e.handler_error IS NOT NULL OR e.detection_error IS NOT NULL))
      GROUP BY i.id HAVING count(*) = 1 ORDER BY i.id DESC LIMIT 1`);
    const line = message.split('\n')[0];
    const page = await open(`/invocations?${range}&f=${encodeURIComponent(`error:has:${line.replaceAll('\\', '\\\\').replaceAll(',', '\\,')}`)}`);
    const row = page.locator('[role=row]', { has: page.locator(`a[href^="/invocations/${id}"]`) });
    await row.getByText(`${job}: ${line}`).waitFor();
    await picture(page, 'invocations-why');
    await page.context().close();
  });

  test('a live tail shows new invocations, and their end', async () => {
    const page = await open('/invocations?live=1');
    await page.getByRole('button', { name: 'Live', exact: true, pressed: true }).waitFor();
    const before = await count("created_at > strftime('%Y-%m-%dT%H:%M:%f000Z', 'now', '-1 day')");
    await totalIs(page, before);
    const id = begin('written-by-hand');
    await totalIs(page, before + 1);
    const row = page.locator('[role=row]', { hasText: 'written-by-hand' });
    await row.getByText('running').waitFor();
    write(store, `UPDATE invocations SET status = 'failed', updated_at = now(), completed_at = now(), total_duration_ms = 1234 WHERE id = '${id}'`);
    await row.getByText('failed').waitFor();
    await row.getByText('1.23 s').waitFor();
    await page.context().close();
  });
});

test('the theme is that of every open tab', async () => {
  const page = await open('/');
  const other = await page.context().newPage();
  await other.goto(server.url);
  await settled(other);
  await page.getByRole('button', { name: 'Theme: system' }).click();
  await other.locator(':root[data-theme=light]').waitFor();
  await page.context().close();
});

describe('a telephone', () => {
  for (const [title, path] of [['Invocations', '/invocations'], ['Jobs', '/jobs']]) {
    test(`has most of its screen for ${path}, and all that a row says in its width`, async () => {
      const page = await open(`${path}?${range}&f=status:is:failed`, { width: 375, height: 700 });
      const table = page.getByRole('table', { name: title });
      const { y, width } = await table.boundingBox();
      assert.ok(y <= 120, `the list begins at ${y}`);
      const row = table.locator('[role=row][data-index="0"]');
      assert.equal(await row.getByRole('cell').count(), 5);
      for (const cell of await row.getByRole('cell').all()) {
        const box = await cell.boundingBox();
        assert.ok(box.width > 20 && box.x + box.width <= 375, `${await cell.innerText()} at ${box.x}, ${box.width} wide`);
      }
      assert.ok(width <= 375);
      for (const name of title === 'Jobs' ? ['Export', 'Live', 'Filter'] : ['Views', 'Columns', 'Export', 'Live', 'Filter']) {
        await page.getByRole('button', { name, exact: true }).waitFor();
      }
      await page.context().close();
    });
  }
});

describe('going back', () => {
  /** The place of a row in the page, below what the frame says of clocks and connections; undefined while it is not in the document. */
  const topOf = (page, href) =>
    page.locator(`main a[href="${href}"]`).evaluateAll(([link]) => link && Math.round(link.getBoundingClientRect().top - link.closest('main').getBoundingClientRect().top));

  /** Follows a link of the list that is there after scrolling, and goes back to the same picture. */
  async function leavesAndReturns(page, leave, meanwhile = async () => {}) {
    const [href, top] = await leave();
    await page.waitForURL((url) => /^.invocations.[0-9a-f-]{36}$/.test(url.pathname));
    await settled(page);
    await meanwhile();
    await page.goBack();
    await eventually(() => topOf(page, href), top);
    // Nothing that comes later moves it.
    await page.waitForLoadState('networkidle');
    await eventually(() => topOf(page, href), top);
  }

  for (const [name, path, table] of [['invocations', '/invocations', 'Invocations'], ['jobs', '/jobs', 'Jobs']]) {
    for (const cached of [true, false]) {
      test(`shows the row of ${name} where it was${cached ? '' : ', though its page must be loaded again'}`, async () => {
        const page = await openPage(browser, { url: server.url });
        await page.clock.install();
        await page.goto(`${server.url}${path}?${range}`);
        await settled(page);
        const scroller = page.getByRole('table', { name: table }).locator('..');
        const row = page.locator('[role=row][data-index="640"] a');
        while ((await row.count()) === 0) {
          await scroller.evaluate((element) => element.scrollBy(0, element.clientHeight));
          await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
          await settled(page);
        }
        await scroller.evaluate((element) => element.scrollTo(0, 640 * 36 - 123));
        await leavesAndReturns(
          page,
          async () => {
            const href = await row.getAttribute('href');
            const top = await topOf(page, href);
            await row.click();
            return [href, top];
          },
          // What nobody shows is forgotten after a minute.
          () => (cached ? undefined : page.clock.fastForward('05:00')),
        );
        await page.context().close();
      });
    }
  }

  test('shows the part of a page that was in sight, and a new page from its start', async () => {
    const page = await open(`/?${range}`, { width: 375, height: 700 });
    const link = page.getByRole('heading', { name: 'Latest failures' }).locator('xpath=ancestor::section').locator('li a').last();
    await link.scrollIntoViewIfNeeded();
    await leavesAndReturns(page, async () => {
      const href = await link.getAttribute('href');
      const top = await topOf(page, href);
      await link.click();
      await page.getByRole('tablist').first().waitFor();
      assert.equal(await page.locator('main').evaluate((main) => main.scrollTop), 0);
      return [href, top];
    });
    await page.context().close();
  });
});

describe('a link', () => {
  const bad = 'from=now%2Fd&refresh=0.001&f=duration:gte:abc&f=nonsense&f=status:is:failed&sort=-__proto__&cols=no';

  test('that cannot be understood says so, and can be mended', async () => {
    const page = await open(`/invocations?${bad}`);
    const note = page.getByRole('status').filter({ hasText: '6 parts of this link cannot be used' });
    for (const part of ['from=now/d', 'refresh=0.001', 'f=duration:gte:abc', 'f=nonsense', 'sort=-__proto__', 'cols=no']) {
      await note.getByText(part, { exact: true }).waitFor();
    }
    assert.deepEqual(page.complaints, []);
    await picture(page, 'link-note');
    await note.getByRole('button', { name: 'Remove from the link' }).click();
    await note.waitFor({ state: 'detached' });
    assert.equal(decodeURIComponent(new URL(page.url()).search), '?f=status:is:failed');
    await page.context().close();
  });

  test('breaks no page', async () => {
    for (const path of ['/', '/jobs', '/logs', '/search', '/flow', '/analytics', '/replication', '/settings', '/sql']) {
      const page = await open(`${path}?${bad}&job=1&level=loud&by=moon&name=__proto__&in=attic&tab=x&sel=y`);
      assert.equal(await page.locator('main [role=alert]').count(), 0, `${path} shows an error`);
      assert.deepEqual(page.complaints, [], path);
      await page.context().close();
    }
  });
});

describe('a browser whose clock is wrong', () => {
  for (const hours of [-3, 3]) {
    test(`by ${hours} hours sees what happened in the last minutes`, async () => {
      const id = begin('by-the-clock-of-the-server');
      const page = await openPage(browser, { url: server.url });
      await page.clock.install({ time: Date.now() + hours * 3_600_000 });
      await page.goto(`${server.url}/invocations?from=now-15m&f=function:is:by-the-clock-of-the-server`);
      await page.locator(`a[href^="/invocations/${id}"]`).waitFor();
      await page.getByText(`The clock of this device is 3 h 00 m ${hours > 0 ? 'ahead of' : 'behind'} the server’s`).waitFor();
      await page.context().close();
    });
  }
});

test('times are typed in the zone of the settings', async () => {
  const page = await open('/settings');
  await page.getByRole('combobox', { name: /^Time zone/ }).selectOption('UTC');
  await page.goto(`${server.url}/invocations`);
  await page.getByRole('button', { name: 'Last 24 hours' }).click();
  await page.getByRole('textbox', { name: /^From/ }).fill('2026-01-31 14:00');
  await page.getByRole('textbox', { name: /^To/ }).fill('2026-01-31 15:00');
  await page.getByRole('button', { name: 'Use this range' }).click();
  await page.waitForURL((url) => url.searchParams.get('from') === '2026-01-31T14:00:00.000Z');
  await page.context().close();
});

describe('search', () => {
  test('an id, an e-mail and a row of a table lead to invocations', async () => {
    const [{ id, correlation_id: correlation }] = await ask(store, 'SELECT id, correlation_id FROM invocations WHERE correlation_id IS NOT NULL ORDER BY id LIMIT 1');
    const page = await open(`/search?${range}&q=${id}`);
    await eventually(() => page.locator(`a[href^="/invocations/${id}"]`).count(), 1);

    await page.goto(`${server.url}/search?${range}&q=${encodeURIComponent(correlation)}`);
    await settled(page);
    await page.locator(`a[href^="/invocations/${id}"]`).first().waitFor();

    const [{ email, n }] = await ask(store, "SELECT source_user_email AS email, count(*) AS n FROM invocations WHERE source_user_email LIKE '%@%' GROUP BY 1 ORDER BY 2 LIMIT 1");
    await page.goto(`${server.url}/search?${range}&q=${encodeURIComponent(email)}`);
    await settled(page);
    const table = page.getByRole('table', { name: 'Triggered by this person' });
    await eventually(async () => Number(await table.getAttribute('aria-rowcount')) - 1, Math.min(50, Number(n)));
    await page.context().close();
  });

  test('a row is found by each way in which people write it', async () => {
    const [{ row, id }] = await ask(store, `SELECT CAST(json_extract(source_event_payload, '$.event.data.new.id') AS text) AS row, id
      FROM invocations WHERE source_table LIKE '%orders' AND source_operation = 'INSERT' ORDER BY id LIMIT 1`);
    for (const typed of [`orders:${row}`, `public.orders:${row}`, `order ${row}`, `Order #${row}`, `#${row}`, row]) {
      const page = await open(`/search?${range}&q=${encodeURIComponent(typed)}`);
      const changes = page.getByRole('table', { name: `Changes of the row ${row} of` });
      await changes.locator(`a[href^="/invocations/${id}"]`).waitFor();
      await page.getByText(`Looking for the row ${row} of`).waitFor();
      await page.context().close();
    }
  });

  test('matches appear at once, while the search continues', async () => {
    const [{ email, n }] = await ask(store, "SELECT source_user_email AS email, count(*) AS n FROM invocations WHERE source_user_email LIKE '%@%' GROUP BY 1 ORDER BY 2 LIMIT 1");
    const page = await openPage(browser, { url: server.url });
    // The latest 64th of this range holds the day that has just ended, which is all of the store.
    let goOn;
    const held = new Promise((resolve) => (goOn = resolve));
    const asked = [];
    await page.route('**/v1/graphql', async (route) => {
      const { query, variables } = route.request().postDataJSON();
      if (!query.includes('query SearchInvocations')) return route.continue();
      const slice = variables.where._and.find((part, place) => place > 0 && part.created_at && '_gte' in part.created_at)?.created_at;
      const wanted = JSON.stringify(variables).includes('source_user_email');
      if (wanted && slice) asked.push(slice);
      if (slice?._lt) await held;
      return route.continue().catch(() => {});
    });
    await page.goto(`${server.url}/search?from=now-128d&q=${encodeURIComponent(email)}`);
    const panel = page.locator('section', { has: page.getByRole('heading', { name: 'Triggered by this person' }) });
    await panel.getByText(/so far, searched back to/).waitFor();
    const table = page.getByRole('table', { name: 'Triggered by this person' });
    await eventually(async () => Number(await table.getAttribute('aria-rowcount')) - 1, Number(n));
    goOn();
    await panel.getByText(/in this time range/).waitFor();
    await eventually(async () => Number(await table.getAttribute('aria-rowcount')) - 1, Number(n));
    assert.ok(asked.length > 1);
    for (let i = 1; i < asked.length; i += 1) assert.equal(asked[i]._lt, asked[i - 1]._gte);
    await page.context().close();
  });
});

describe('keyboard', () => {
  test('opens the palette and the help, goes to pages and through rows', async () => {
    const page = await open(`/?${range}`);
    await page.keyboard.press('Control+k');
    await page.getByRole('combobox', { name: 'Search or go to' }).fill('invoc');
    await picture(page, 'palette');
    await page.getByRole('option', { name: 'Invocations', exact: true }).click();
    await page.waitForURL((url) => url.pathname === '/invocations');
    await page.goto(`${server.url}/invocations?${range}`);
    await settled(page);
    await page.keyboard.press('j');
    await page.keyboard.press('j');
    await page.locator('[role=row][data-index="1"][data-current]').waitFor();
    await page.keyboard.press('k');
    await page.locator('[role=row][data-index="0"][data-current]').waitFor();
    await page.keyboard.press('?');
    await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor();
    await picture(page, 'shortcuts');
    await page.keyboard.press('Escape');
    await page.keyboard.press('g');
    await page.keyboard.press('o');
    await page.waitForURL((url) => url.pathname === '/');
    assert.equal(addressOf(page).get('from'), 'now-7d');
    await page.context().close();
  });
});

describe('failures', () => {
  test('a lost server is reported, and queries are repeated when it is back', async () => {
    let mortal = await serve(store);
    const page = await openPage(browser, { url: mortal.url });
    await page.goto(`${mortal.url}/invocations?${range}`);
    await settled(page);
    await mortal.stop();
    await page.getByRole('button', { name: 'Refresh', exact: true }).click();
    await page.getByText('No answer from the server').waitFor();
    assert.ok((await page.locator('[role=row][data-index]').count()) > 0, 'what was there has gone');
    await picture(page, 'connection-lost');
    mortal = await serve(store, { port: mortal.port });
    await page.getByText('No answer from the server').waitFor({ state: 'hidden', timeout: 30_000 });
    await page.context().close();
    await mortal.stop();
  });

  test('a page that could not be loaded loads by itself once the server is back', async () => {
    let mortal = await serve(store);
    const page = await openPage(browser, { url: mortal.url });
    await page.goto(mortal.url);
    await settled(page);
    await mortal.stop();
    await page.getByRole('link', { name: 'Analytics' }).click();
    await page.getByRole('alert').getByText('The code of this page could not be loaded').waitFor();
    mortal = await serve(store, { port: mortal.port });
    await page.getByRole('heading', { name: 'Analytics' }).waitFor({ timeout: 30_000 });
    await page.context().close();
    await mortal.stop();
  });

  test('a dashboard that was upgraded meanwhile loads its new files', async () => {
    const page = await open('/');
    // The file of the page had another name when this dashboard was loaded.
    let missing = 0;
    await page.route('**/assets/analytics-*.js', (route) => route.fulfill({ status: 404, body: '', headers: { missing: String((missing += 1)) } }), { times: 1 });
    await page.getByRole('link', { name: 'Analytics' }).click();
    await page.getByRole('heading', { name: 'Analytics' }).waitFor();
    assert.equal(missing, 1);
    await page.context().close();
  });

  test('without a WebSocket, Live polls and says so, until one connects', async () => {
    const proxy = await proxyTo(server.port);
    const page = await openPage(browser, { url: proxy.url });
    await page.goto(`${proxy.url}/invocations?live=1`);
    const says = (text) => page.getByRole('button', { name: text, exact: true, pressed: true }).waitFor();
    const shows = (name) => page.locator('[role=row]', { hasText: name }).getByText('running').waitFor();
    await says('Live, by polling');
    begin('while-polling');
    await shows('while-polling');
    await picture(page, 'live-polling');

    proxy.allowsWebSockets = true;
    await says('Live');
    begin('while-streaming');
    await shows('while-streaming');

    proxy.allowsWebSockets = false;
    proxy.breakWebSockets();
    await says('Live, by polling');
    begin('while-broken');
    await shows('while-broken');
    assert.deepEqual(page.complaints.filter((text) => !/WebSocket/.test(text)), []);
    await page.context().close();
    proxy.stop();
  });

  test('a missing secret is an error that says what to do, never an empty page', async () => {
    const locked = await serve(store, { options: ['--admin-secret', 'open sesame'] });
    const page = await openPage(browser, { url: locked.url });
    await page.goto(`${locked.url}/invocations?${range}`);
    await page.getByRole('alert').getByText('The server wants to know who asks').waitFor();
    assert.equal(await page.getByText('No runs in this time range').count(), 0);
    await picture(page, 'unauthorized');
    const login = page.getByRole('dialog', { name: 'Log in' });
    await login.waitFor();
    await page.keyboard.press('Escape');
    await login.waitFor({ state: 'hidden' });
    await page.getByRole('alert').getByRole('link', { name: 'Open settings' }).click();
    await page.getByRole('button', { name: 'Add a header' }).click();
    await page.getByLabel('Name of header 1').fill('x-hasura-admin-secret');
    await page.getByLabel('Value of header 1').fill('open sesame');
    await page.getByRole('button', { name: 'Use and test' }).click();
    await page.getByText('The server answers').waitFor();
    assert.equal(await page.evaluate(() => JSON.stringify(localStorage).includes('sesame')), false);
    await page.getByRole('link', { name: 'Invocations' }).click();
    await page.locator('[role=row][data-index]').first().waitFor();
    await page.context().close();
    await locked.stop();
  });
});
