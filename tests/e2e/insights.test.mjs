// The event flow, analytics, replication and SQL: what they show is what the store holds.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { assertAccessible, assertFits, eventually, launch, openPage, picture, settled, totalIs } from './browser.mjs';
import { ask, overPostgres, recordedStore, serve, write } from './server.mjs';

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

const range = 'from=now-7d';

async function open(path, options = {}) {
  const page = await openPage(browser, { url: server.url, ...options });
  await page.goto(server.url + path);
  await settled(page);
  return page;
}

const number = async (sql) => Number((await ask(store, sql))[0].n);
const digits = (text) => Number(/[\d,]+/.exec(text)[0].replaceAll(',', ''));
const filtersOf = (page) => new URL(page.url()).searchParams.getAll('f');

describe('looks', () => {
  const pages = [
    ['flow', `/flow?${range}`],
    ['analytics', `/analytics?${range}`],
    ['analytics-jobs', `/analytics?${range}&by=job&name=authorize_payment`],
    ['replication', '/replication'],
    ['sql', '/sql'],
  ];
  const looks = [
    { look: 'light', theme: 'light', width: 1440, height: 900 },
    { look: 'dark', theme: 'dark', width: 1440, height: 900 },
    { look: 'phone', theme: 'light', width: 360, height: 780 },
  ];
  for (const { look, ...view } of overPostgres ? looks.slice(0, 1) : looks) {
    for (const [name, path] of pages) {
      test(`${name}, ${look}`, async () => {
        const page = await open(path, view);
        assert.equal(await page.locator('main [role=alert]').count(), 0, 'an error is shown');
        await picture(page, `${name}-${overPostgres ? 'central' : look}`);
        await assertFits(page, name);
        await assertAccessible(page, `${name}, ${look}`);
        assert.deepEqual(page.complaints, []);
        await page.context().close();
      });
    }
  }
});

describe('event flow', () => {
  test('has a box for every function, event and job', async () => {
    const page = await open(`/flow?${range}`);
    const boxes = (kind) => () => page.locator(`.react-flow__node [data-kind=${kind}]`).count();
    await page.locator('.react-flow__node [data-kind=job]').first().waitFor();
    await eventually(boxes('function'), await number('SELECT count(DISTINCT source_function) AS n FROM invocations'));
    await eventually(boxes('event'), await number('SELECT count(DISTINCT event_name) AS n FROM event_executions WHERE status <> \'not_detected\''));
    await eventually(boxes('job'), await number('SELECT count(DISTINCT job_name) AS n FROM job_executions'));
    const box = page.locator('.react-flow__node', { hasText: 'authorize_payment' });
    await eventually(async () => digits((await box.innerText()).split('\n')[1]), await number("SELECT count(*) AS n FROM job_executions WHERE job_name = 'authorize_payment'"));
    await page.context().close();
  });

  test('links a box to what it counts', async () => {
    const page = await open(`/flow?${range}`);
    for (const [kind, name, path] of [['job', 'authorize_payment', '/jobs'], ['function', 'event-detector', '/invocations']]) {
      const box = page.locator(`.react-flow__node:has([data-kind=${kind}])`, { hasText: name }).first();
      const count = digits((await box.innerText()).split('\n')[1]);
      await box.click();
      await page.waitForURL((url) => url.pathname === path);
      assert.match(filtersOf(page)[0], new RegExp(`^${kind}:is:${name}`));
      await totalIs(page, count);
      await page.goBack();
      await settled(page);
    }
    await page.context().close();
  });

  test('links a line to what a job triggered', async () => {
    const page = await open(`/flow?${range}`);
    // Where the line is hidden by others a person would click elsewhere on it.
    await page.locator('.react-flow__edge[aria-label^="authorize_payment to event-detector"]').first().dispatchEvent('click');
    await page.waitForURL(/\/invocations/);
    const [name, by] = filtersOf(page);
    assert.equal(by, 'triggered_by:is:authorize_payment');
    await settled(page);
    const expected = await number(`SELECT count(*) AS n FROM invocations i JOIN job_executions j ON j.id = i.source_job_id
      WHERE j.job_name = 'authorize_payment' AND i.source_function = '${name.replace('function:is:', '')}'`);
    assert.ok(expected > 0);
    await totalIs(page, expected);
    await page.context().close();
  });
});

describe('analytics', () => {
  test('counts runs, and shows the trend of one', async () => {
    const page = await open(`/analytics?${range}&by=job`);
    const row = page.getByRole('row', { name: /authorize_payment/ });
    await eventually(async () => digits(await row.getByRole('cell').nth(1).innerText()), await number("SELECT count(*) AS n FROM job_executions WHERE job_name = 'authorize_payment'"));
    await row.getByRole('link', { name: 'authorize_payment' }).click();
    await page.getByRole('heading', { name: 'authorize_payment over time' }).waitFor();
    await page.getByRole('button', { name: /Show all/ }).click();
    await page.getByRole('heading', { name: 'All jobs over time' }).waitFor();
    await page.context().close();
  });

  test('groups errors that differ in an id, and links to them', async () => {
    const page = await open(`/analytics?${range}`);
    const line = page.getByRole('listitem').filter({ hasText: 'gateway.example.com answered … Service Unavailable (request …)' });
    const expected = await number("SELECT count(*) AS n FROM job_executions WHERE error_message LIKE 'gateway.example.com answered%'");
    await eventually(async () => digits(await line.innerText()), expected);
    await line.getByRole('link').first().click();
    await page.waitForURL(/\/jobs.*f=error/);
    await settled(page);
    await page.locator('[role=row][data-index]').first().waitFor();
    await page.context().close();
  });

  test('compares periods that are covered, and says where they are not', async () => {
    const page = await open(`/analytics?${range}&by=job`);
    await page.getByText('not enough data before to compare with').waitFor();
    // The sample host records a day.
    await page.goto(`${server.url}/analytics?from=now-6h&by=job&sort=-slower`);
    await page.getByText('and how they changed from the period before').waitFor();
    const cells = page.getByRole('table', { name: 'Jobs' }).getByRole('row').nth(1).getByRole('cell');
    await eventually(async () => /^([+−]\d+%|±0%|\d+×)$/.test(await cells.last().innerText()), true);
    await picture(page, 'analytics-slower');
    await page.context().close();
  });
});

describe('a number leads to as many rows', () => {
  /** Clicks each link, whose line has its number where `numberOf` finds it, and goes back. */
  async function eachLeads(page, lines, numberOf) {
    await lines.first().waitFor();
    for (let at = 0; at < (await lines.count()); at += 1) {
      const number = digits(numberOf(await lines.nth(at).innerText()));
      const link = lines.nth(at).locator('xpath=descendant-or-self::a').first();
      const href = await link.getAttribute('href');
      await link.click();
      await page.waitForURL((url) => url.pathname + url.search === href);
      await totalIs(page, number).catch(() => assert.fail(`${href} does not have ${number} rows`));
      await page.goBack();
      await settled(page);
      await lines.nth(at).waitFor();
    }
  }

  test('on the overview', async () => {
    // Of two runs that hang, one began before the time range.
    for (const [id, days] of [['01a00000-0000-7000-8000-00000000abcd', 9], ['01a00000-0000-7000-8000-00000000abce', 0]]) {
      write(store, `INSERT INTO invocations (id, created_at, updated_at, source_function, status)
        VALUES ('${id}', strftime('%Y-%m-%dT%H:%M:%f000Z', 'now', '-${days} days'), now(), 'hangs-for-days', 'running')`);
    }
    const page = await open(`/?${range}`);
    await eachLeads(page, page.getByRole('list', { name: 'Most frequent failures' }).getByRole('listitem'), (text) => text.split('\n').at(-1));
    await eachLeads(page, page.getByRole('link', { name: /^All \d/ }), (text) => text);
    await page.context().close();
  });

  for (const by of ['function', 'job']) {
    test(`in the comparison of ${by}s`, async () => {
      const page = await open(`/analytics?${range}&by=${by}`);
      await eachLeads(page, page.getByRole('table').first().locator('[role=cell]:not(:first-child) a'), (text) => text);
      await page.context().close();
    });
  }

  test('of errors', async () => {
    const page = await open(`/analytics?${range}`);
    await eachLeads(page, page.getByRole('listitem').filter({ hasText: 'last' }).locator('a'), (text) => text);
    await page.context().close();
  });
});

test('a local store shows what is pending', { skip: overPostgres && 'a central database has no outbox' }, async () => {
  const page = await open('/replication');
  const shown = page.locator('dt', { hasText: 'Pending rows' }).locator('xpath=following-sibling::dd');
  await eventually(async () => digits(await shown.innerText()), await number("SELECT count(*) AS n FROM (SELECT DISTINCT entity, row FROM outbox WHERE entity <> 'watermark')"));
  await page.context().close();
});

describe('SQL', { skip: overPostgres && 'a central database does not offer it' }, () => {
  const statement = (page) => page.getByRole('textbox', { name: 'SQL statement' });

  test('runs with Ctrl+Enter, and exports its rows', async () => {
    const page = await open('/sql');
    await statement(page).fill("SELECT count(*) AS n, 'a,b' AS text, NULL AS nil FROM invocations");
    await statement(page).press('Control+Enter');
    const cell = page.getByRole('table', { name: 'Result' }).getByRole('cell');
    const n = await number('SELECT count(*) AS n FROM invocations');
    await eventually(() => cell.allInnerTexts(), [String(n), 'a,b', 'null']);
    await page.getByRole('button', { name: 'Export' }).click();
    const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: /CSV/ }).click()]);
    assert.equal(readFileSync(await file.path(), 'utf8'), `n,text,nil\r\n${n},"a,b",\r\n`);
    await page.reload();
    await settled(page);
    await eventually(async () => /a,b/.test(await statement(page).inputValue()), true);
    await page.context().close();
  });

  test('shows the error of the database, and writes nothing', async () => {
    const page = await open('/sql');
    await statement(page).fill('SELECT * FROM nowhere');
    await page.getByRole('button', { name: /^Run/ }).click();
    await page.getByRole('alert').filter({ hasText: 'no such table: nowhere' }).waitFor();
    const before = await number('SELECT count(*) AS n FROM invocations');
    await statement(page).fill('DELETE FROM invocations');
    await page.getByRole('button', { name: /^Run/ }).click();
    await page.getByRole('alert').filter({ hasNotText: 'nowhere' }).waitFor();
    assert.equal(await number('SELECT count(*) AS n FROM invocations'), before);
    await page.context().close();
  });
});
