// One invocation in all its views, the jobs and the logs: what they show is what the store holds.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { assertAccessible, assertFits, eventually, launch, openPage, picture, settled, totalIs } from './browser.mjs';
import { ask, largeInvocation, overPostgres, recordedStore, serve, write } from './server.mjs';

let store, server, browser;
/** A failed update that a job triggered, with a job that failed and one that triggered something. */
let update;
before(async () => {
  store = await recordedStore();
  server = await serve(store);
  browser = await launch();
  [update] = await ask(
    store,
    `SELECT i.id, i.correlation_id, i.source_job_id, j.id AS job, j.job_name, j.error_message
     FROM invocations i JOIN job_executions j ON j.invocation_id = i.id AND j.status = 'failed'
     WHERE i.source_operation = 'UPDATE' AND i.source_job_id IS NOT NULL AND j.error_stack IS NOT NULL
       AND EXISTS (SELECT 1 FROM job_logs l WHERE l.job_execution_id = j.id)
     ORDER BY i.id LIMIT 1`,
  );
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

const addressOf = (page) => new URL(page.url()).searchParams;
const number = async (sql) => Number((await ask(store, sql))[0].n);
const detail = (search = '') => `/invocations/${update.id}${search && `?${search}`}`;

/** Of an invocation that is written by hand. */
function insertInvocation(id, columns = {}) {
  const row = { id: `'${id}'`, created_at: 'now()', updated_at: 'now()', source_function: "'written-by-hand'", status: "'running'", ...columns };
  write(store, `INSERT INTO invocations (${Object.keys(row)}) VALUES (${Object.values(row)})`);
}

describe('looks', () => {
  const pages = [
    ['flow', () => detail()],
    ['waterfall', () => detail(`tab=waterfall&sel=job-${update.job}`)],
    ['jobs-tab', () => detail('tab=jobs')],
    ['logs-tab', () => detail('tab=logs')],
    ['payload', () => detail('tab=payload')],
    ['context', () => detail('tab=context')],
    ['chain', () => detail('tab=chain')],
    ['compare', () => detail('tab=compare')],
    ['raw', () => detail('tab=raw')],
  ];
  const looks = [
    { look: 'light', theme: 'light', width: 1440, height: 900 },
    { look: 'dark', theme: 'dark', width: 1440, height: 900 },
    { look: 'phone', theme: 'light', width: 360, height: 780 },
  ];
  for (const { look, ...view } of overPostgres ? looks.slice(0, 1) : looks) {
    for (const [name, path] of pages) {
      test(`${name}, ${look}`, async () => {
        const page = await open(path(), view);
        assert.equal(await page.locator('main [role=alert]').count(), 0, 'an error is shown');
        await picture(page, `invocation-${name}-${overPostgres ? 'central' : look}`);
        await assertFits(page, name);
        await assertAccessible(page, `${name}, ${look}`);
        assert.deepEqual(page.complaints, []);
        await page.context().close();
      });
    }
  }
});

describe('an invocation', () => {
  test('shows its problems, and links to what triggered it', async () => {
    const page = await open(detail());
    const problems = page.getByRole('region', { name: 'What went wrong' });
    await problems.getByText(update.error_message.split('\n')[0]).waitFor();
    await problems.getByRole('button', { name: update.job_name }).click();
    assert.equal(addressOf(page).get('sel'), `job-${update.job}`);
    const [parent] = await ask(store, `SELECT invocation_id AS id, job_name FROM job_executions WHERE id = '${update.source_job_id}'`);
    await page.getByRole('link', { name: `${parent.job_name} in` }).first().click();
    await page.waitForURL((url) => url.pathname === `/invocations/${parent.id}`);
    await page.getByRole('complementary', { name: 'What is selected' }).getByRole('heading', { name: parent.job_name }).waitFor();
    await page.context().close();
  });

  test('leaves the screen of a telephone to its problems and views', async () => {
    const page = await open(detail('tab=jobs'), { width: 375, height: 700 });
    const { y } = await page.getByRole('region', { name: 'What went wrong' }).boundingBox();
    assert.ok(y <= 130, `the problems begin at ${y}`);
    const row = page.getByRole('table').getByRole('row').nth(1);
    assert.equal(await row.getByRole('cell').count(), 5);
    await page.getByRole('link', { name: 'All of this function' }).click();
    await page.waitForURL((url) => url.pathname === '/invocations');
    await page.context().close();
  });

  test('is drawn from its source to what it triggered', async () => {
    const [{ id, events, jobs, triggered }] = await ask(
      store,
      `SELECT i.id, (SELECT count(*) FROM event_executions e WHERE e.invocation_id = i.id AND e.status <> 'not_detected') AS events,
              (SELECT count(*) FROM job_executions j WHERE j.invocation_id = i.id) AS jobs,
              (SELECT count(*) FROM invocations t JOIN job_executions j ON t.source_job_id = j.id WHERE j.invocation_id = i.id) AS triggered
       FROM invocations i ORDER BY triggered DESC, jobs DESC, i.id LIMIT 1`,
    );
    const page = await open(`/invocations/${id}`);
    // The source, the invocation itself and one node for what was not detected.
    await eventually(() => page.locator('.react-flow__node').count(), 3 + Number(events) + Number(jobs) + Number(triggered));
    const job = page.locator('.react-flow__node[data-id^="job-"]').first();
    await job.focus();
    await page.keyboard.press('Enter');
    await page.waitForURL(/sel=job-/);
    // The inspector takes its width from the diagram, which moves.
    await page.getByLabel('What is selected').getByRole('heading', { level: 2 }).waitFor();
    await page.locator('.react-flow__node[data-id="undetected"]').click();
    await page.waitForURL(/sel=undetected/);
    await page.getByRole('heading', { name: 'Not detected' }).waitFor();
    await page.context().close();
  });

  test('that does not exist is reported as missing', async () => {
    const page = await open(`/invocations/${randomUUID()}`);
    await page.getByText('Invocation not found').waitFor();
    await page.goto(`${server.url}/invocations/nonsense`);
    await page.getByText('nonsense is not an invocation id').waitFor();
    assert.deepEqual(page.complaints, []);
    await page.context().close();
  });

  test('updates while it runs', async () => {
    const [id, event, job] = [randomUUID(), randomUUID(), randomUUID()];
    insertInvocation(id);
    const page = await open(`/invocations/${id}?tab=waterfall`);
    await page.getByRole('status').getByText('Live', { exact: true }).waitFor();
    write(
      store,
      `INSERT INTO event_executions (id, invocation_id, created_at, updated_at, event_name, detected, status) VALUES ('${event}', '${id}', now(), now(), 'hand.written', 1, 'handling')`,
      `INSERT INTO job_executions (id, invocation_id, event_execution_id, created_at, updated_at, job_name, status) VALUES ('${job}', '${id}', '${event}', now(), now(), 'write_by_hand', 'running')`,
    );
    const row = page.getByRole('treeitem', { name: /^write_by_hand ?, running/ });
    await row.click();
    write(
      store,
      `UPDATE job_executions SET status = 'failed', error_message = 'the ink ran out', duration_ms = 7, updated_at = now(), completed_at = now() WHERE id = '${job}'`,
      `UPDATE event_executions SET status = 'failed', updated_at = now(), completed_at = now() WHERE id = '${event}'`,
      `UPDATE invocations SET status = 'failed', total_duration_ms = 99, updated_at = now(), completed_at = now() WHERE id = '${id}'`,
    );
    await page.getByRole('treeitem', { name: /^write_by_hand ?, failed, 7 ms/ }).waitFor();
    await page.getByRole('region', { name: 'What went wrong' }).getByText('the ink ran out').waitFor();
    await page.getByRole('status').getByText('Live', { exact: true }).waitFor({ state: 'detached' });
    assert.deepEqual(page.complaints, []);
    await page.context().close();
  });
});

describe('waterfall', () => {
  test('is used with the keyboard', async () => {
    const page = await open(detail('tab=waterfall'));
    const undetected = await number(`SELECT count(*) AS n FROM event_executions WHERE invocation_id = '${update.id}' AND status = 'not_detected'`);
    const rows = page.getByRole('treeitem');
    await rows.first().focus();
    const before = await rows.count();
    await page.keyboard.press('ArrowDown');
    await page.locator('[role=treeitem][data-index="1"]:focus').waitFor();
    await page.keyboard.press('ArrowLeft');
    await page.locator('[role=treeitem][aria-expanded=false][data-index="1"]').waitFor();
    await page.keyboard.press('ArrowRight');
    await page.getByRole('treeitem', { name: `${undetected} not detected` }).focus();
    await page.getByRole('treeitem', { name: `${undetected} not detected` }).press('Enter');
    await page.waitForURL(/sel=undetected/);
    await page.keyboard.press('ArrowRight');
    await page.locator('[role=treeitem][aria-expanded=true]', { hasText: 'not detected' }).waitFor();
    await eventually(() => rows.count(), before + undetected);
    await page.keyboard.press('Escape');
    await page.waitForURL((url) => !url.searchParams.has('sel'));
    await page.context().close();
  });

  test('shortens a long pause, optionally', async () => {
    const id = randomUUID();
    insertInvocation(id, { created_at: "'2026-01-31T12:00:00.000000Z'", completed_at: "'2026-01-31T12:00:00.500000Z'", source_event_time: "'2026-01-31T11:00:00.000000Z'", status: "'completed'", total_duration_ms: 500 });
    const event = randomUUID();
    write(store, `INSERT INTO event_executions (id, invocation_id, created_at, updated_at, completed_at, event_name, detected, status, detection_duration_ms, handler_duration_ms)
      VALUES ('${event}', '${id}', '2026-01-31T12:00:00.000000Z', now(), '2026-01-31T12:00:00.500000Z', 'late', 1, 'completed', 100, 400)`);
    const page = await open(`/invocations/${id}?tab=waterfall`);
    // The bar moves a moment after the switch, and the address after both.
    const handlerIs = (low, high) =>
      page.waitForFunction(([a, b]) => {
        const width = document.querySelector('[title^="handler"]')?.getBoundingClientRect().width;
        return width > a && width < b;
      }, [low, high]);
    await handlerIs(300, 1e6); // The pause before it is short.
    await page.getByText('1 h 00 m').first().waitFor();
    await picture(page, 'invocation-pause');
    await page.getByRole('checkbox', { name: 'Shorten pauses' }).click();
    await page.getByRole('checkbox', { name: 'Shorten pauses', checked: false }).waitFor();
    await page.waitForURL((url) => url.searchParams.get('idle') === 'full');
    await handlerIs(-1, 10);
    await page.context().close();
  });
});

test('the payload of an update shows only the changes', async () => {
  const [{ payload }] = await ask(store, `SELECT source_event_payload AS payload FROM invocations WHERE id = '${update.id}'`);
  const { old, new: now } = (typeof payload === 'string' ? JSON.parse(payload) : payload).event.data;
  const changed = Object.keys({ ...old, ...now }).filter((key) => JSON.stringify(old[key]) !== JSON.stringify(now[key]));
  const page = await open(detail('tab=payload'));
  const fields = async () => [...new Set((await page.locator('tbody th').allInnerTexts()).map((text) => text.split(/[.[\s]/)[0]))].sort();
  await eventually(fields, changed.sort());
  await page.getByRole('radio', { name: 'Whole event' }).click();
  await page.waitForURL(/show=whole/);
  await page.getByRole('group', { name: 'Event' }).getByText('event:', { exact: true }).waitFor();
  await page.context().close();
});

test('a job shows its error, logs and options', async () => {
  const page = await open(detail(`sel=job-${update.job}`));
  const inspector = page.getByRole('complementary', { name: 'What is selected' });
  await inspector.getByText(update.error_message.split('\n')[0]).first().waitFor();
  const lines = inspector.getByRole('group', { name: 'Logs of the job' }).locator('[data-level]');
  await eventually(() => lines.count(), await number(`SELECT count(*) AS n FROM job_logs WHERE job_execution_id = '${update.job}'`));
  await inspector.getByRole('button', { name: 'Copy the error' }).click();
  const stack = await page.evaluate(() => navigator.clipboard.readText());
  assert.equal(stack, (await ask(store, `SELECT error_stack AS stack FROM job_executions WHERE id = '${update.job}'`))[0].stack);
  await inspector.getByRole('button', { name: 'error', exact: true }).click();
  await lines.and(page.locator(':not([data-level="error"])')).first().waitFor({ state: 'detached' });
  await inspector.getByRole('group', { name: 'Options' }).waitFor();
  await page.context().close();
});

test('the correlation chain lists and links every invocation', async () => {
  const page = await open(detail('tab=chain'));
  const rows = page.getByRole('treeitem');
  await eventually(() => rows.count(), await number(`SELECT count(*) AS n FROM invocations WHERE correlation_id = '${update.correlation_id}'`));
  await page.getByRole('treeitem', { selected: true }).waitFor();
  await rows.first().click();
  await page.waitForURL((url) => url.pathname !== `/invocations/${update.id}`);
  await page.context().close();
});

test('two runs of the same kind are compared', async () => {
  const others = (condition) =>
    ask(
      store,
      `SELECT o.id FROM invocations o JOIN invocations i ON i.source_function = o.source_function AND i.source_table = o.source_table
       AND i.source_operation = o.source_operation AND i.id <> o.id WHERE i.id = '${update.id}' AND ${condition} ORDER BY o.created_at DESC, o.id DESC LIMIT 1`,
    );
  const [newest] = await others("o.status = 'completed'");
  const page = await open(detail('tab=compare'));
  await eventually(() => page.getByRole('combobox', { name: 'Compare with' }).inputValue(), newest.id);
  await page.getByRole('table', { name: 'Steps of both runs' }).getByText(update.job_name).waitFor();
  await page.getByRole('combobox', { name: 'Compare with' }).selectOption({ index: 3 });
  await page.waitForURL(/with=/);
  const [different] = await others(`NOT EXISTS (SELECT 1 FROM job_executions j WHERE j.invocation_id = o.id AND j.job_name = '${update.job_name}')`);
  await page.goto(`${server.url}${detail(`tab=compare&with=${different.id}`)}`);
  await page.getByRole('cell', { name: 'did not run' }).first().waitFor();
  await page.context().close();
});

test('twenty thousand jobs stay usable', async (t) => {
  const id = largeInvocation(store);
  const begun = Date.now();
  const page = await open(`/invocations/${id}`);
  await page.locator('.react-flow__node').first().waitFor();
  t.diagnostic(`interactive after ${Date.now() - begun} ms`);
  await page.getByText('Similar events and jobs are grouped').waitFor();
  assert.ok((await page.locator('.react-flow__node').count()) < 100);
  await picture(page, 'invocation-20000');

  await page.getByRole('tab', { name: 'Waterfall' }).click();
  await page.getByRole('treeitem').first().waitFor();
  const scrolled = await page.getByRole('tree').evaluate(async (tree) => {
    const frames = [];
    for (let turn = 0; turn < 60; turn += 1) {
      const since = performance.now();
      tree.parentElement.scrollTop += 700;
      await new Promise((resolve) => requestAnimationFrame(resolve));
      frames.push(performance.now() - since);
    }
    return { median: frames.sort((a, b) => a - b)[30], rows: tree.querySelectorAll('[role=treeitem]').length };
  });
  t.diagnostic(`a frame of scrolling takes ${scrolled.median.toFixed(1)} ms`);
  assert.ok(scrolled.rows < 100, `${scrolled.rows} rows are in the document`);
  await page.getByRole('tab', { name: /^Jobs/ }).click();
  await eventually(() => page.getByRole('table', { name: 'Jobs of the invocation' }).getAttribute('aria-rowcount'), '20001');
  await eventually(() => page.locator('[role=row][data-index="0"] [role=cell]:nth-child(2)').innerText(), 'failed');
  assert.deepEqual(page.complaints, []);
  await page.context().close();
});

describe('jobs', () => {
  test('are filtered, and link to their invocation', async () => {
    const page = await open(`/jobs?${range}&f=status:is:failed&f=job:is:${update.job_name}`);
    const where = `status = 'failed' AND job_name = '${update.job_name}'`;
    await totalIs(page, await number(`SELECT count(*) AS n FROM job_executions WHERE ${where}`));
    const [newest] = await ask(store, `SELECT id, invocation_id FROM job_executions WHERE ${where} ORDER BY created_at DESC, id DESC LIMIT 1`);
    await page.locator('[role=row][data-index="0"] a').click();
    await page.waitForURL((url) => url.pathname === `/invocations/${newest.invocation_id}`);
    assert.equal(addressOf(page).get('sel'), `job-${newest.id}`);
    await page.getByRole('treeitem', { selected: true, name: update.job_name }).waitFor();
    await page.context().close();
  });
});

describe('logs', () => {
  test('are searched, by level and by text', async () => {
    const page = await open(`/logs?${range}`);
    await totalIs(page, await number('SELECT count(*) AS n FROM job_logs'));
    await page.getByRole('button', { name: 'warn', exact: true }).click();
    await page.waitForURL(/level=warn/);
    await settled(page);
    await totalIs(page, await number("SELECT count(*) AS n FROM job_logs WHERE level = 'warn'"));
    await page.goto(`${server.url}/logs?${range}&q=TEMPLATE`);
    await settled(page);
    await totalIs(page, await number("SELECT count(*) AS n FROM job_logs WHERE message LIKE '%template%' OR data LIKE '%template%' OR source LIKE '%template%'"));
    await page.locator('mark').first().waitFor();
    await page.context().close();
  });

  test('show neighbouring lines, and link to the job', async () => {
    const [line] = await ask(store, "SELECT job_execution_id AS job, message FROM job_logs WHERE level = 'error' AND sequence > 1 ORDER BY created_at DESC, id DESC LIMIT 1");
    const page = await open(`/logs?${range}&level=error&job=${line.job}`);
    await page.getByRole('button', { name: line.message }).click();
    const around = page.getByRole('listitem').filter({ has: page.locator('time') });
    await eventually(() => around.count(), Math.min(11, await number(`SELECT count(*) AS n FROM job_logs WHERE job_execution_id = '${line.job}'`)));
    await picture(page, 'logs-context');
    await page.getByRole('link').filter({ hasText: '_' }).first().click();
    await page.waitForURL(new RegExp(`sel=job-${line.job}`));
    await page.context().close();
  });

  test('show new lines as they are written', async () => {
    const [{ id, invocation_id }] = await ask(store, 'SELECT id, invocation_id FROM job_executions ORDER BY id LIMIT 1');
    const page = await open('/logs?live=1');
    await page.getByRole('button', { name: 'Live', exact: true, pressed: true }).waitFor();
    write(store, `INSERT INTO job_logs (id, job_execution_id, invocation_id, created_at, sequence, level, message) VALUES ('${randomUUID()}', '${id}', '${invocation_id}', now(), 999, 'warn', 'written by hand')`);
    await page.getByRole('button', { name: /written by hand/ }).waitFor();
    await page.context().close();
  });
});

describe('what was recorded with bad intentions, or by accident', () => {
  const id = randomUUID();
  const [event, job] = [randomUUID(), randomUUID()];
  const deep = `${'{"a":'.repeat(150)}"the bottom"${'}'.repeat(150)}`;
  before(() => {
    insertInvocation(id, {
      source_function: "'pay' || char(0x202e) || 'gnp.exe'", status: "'failed'", error_message: "'no ' || char(0x1b) || '[31mred'",
      source_event_payload: `'{"price":1.50,"zero":-0.0,"large":9007199254740993,"deep":${deep}}'`,
    });
    write(
      store,
      `INSERT INTO event_executions (id, invocation_id, created_at, updated_at, event_name, detected, status, jobs_count) VALUES ('${event}', '${id}', now(), now(), ' ', 1, 'failed', 1)`,
      `INSERT INTO job_executions (id, invocation_id, event_execution_id, created_at, updated_at, job_name, status) VALUES ('${job}', '${id}', '${event}', now(), now(), '', 'failed')`,
      `INSERT INTO job_logs (id, job_execution_id, invocation_id, created_at, sequence, level, message)
       VALUES ('${randomUUID()}', '${job}', '${id}', now(), 1, 'info', char(0x1b) || '[32mgreen' || char(0x1b) || '[0m <img src=x onerror=alert(1)> ' || char(0x2066) || 'x')`,
    );
  });

  test('is shown as it is, in the list and on its page', async () => {
    const page = await open(`/invocations?${range}&f=function:has:gnp.exe`);
    await page.locator(`a[href^="/invocations/${id}"]`, { hasText: 'pay[U+202E]gnp.exe' }).waitFor();
    await page.getByText('no red').first().waitFor();
    await page.goto(`${server.url}/invocations/${id}?tab=jobs`);
    await page.getByRole('heading', { name: /pay\[U\+202E\]gnp\.exe/ }).waitFor();
    await page.getByRole('row', { name: /\(blank\)/ }).waitFor();
    await page.goto(`${server.url}/jobs?${range}&f=${encodeURIComponent('job:is:\\-')}`);
    await totalIs(page, 1);
    await page.context().close();
  });

  test('has the colours of a terminal in its log lines, and no element of its own', async () => {
    const page = await open(`/invocations/${id}?tab=logs`);
    const line = page.getByRole('group', { name: 'Logs of the invocation' });
    await line.getByText('<img src=x onerror=alert(1)> [U+2066]x').waitFor();
    const color = (text) => line.getByText(text, { exact: true }).evaluate((span) => getComputedStyle(span).color);
    assert.notEqual(await color('green'), await line.getByText(/<img/).evaluate((span) => getComputedStyle(span).color));
    assert.equal(await line.locator('img').count(), 0);
    await picture(page, 'terminal-colours');
    await page.context().close();
  });

  test('has numbers with their own digits, and a hundred levels', async () => {
    const page = await open(`/invocations/${id}?tab=payload`);
    const viewer = page.getByRole('group', { name: 'Event', exact: true });
    // jsonb has no negative zero.
    for (const digits of ['1.50', overPostgres ? '0.0' : '-0.0', '9007199254740993']) await viewer.getByText(digits, { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Expand', exact: true }).first().click();
    await viewer.evaluate((element) => element.scrollTo(0, element.scrollHeight));
    const bottom = viewer.getByText('"the bottom"');
    await bottom.scrollIntoViewIfNeeded();
    const [inside, outside] = await Promise.all([bottom.boundingBox(), viewer.boundingBox()]);
    assert.ok(inside.x + inside.width <= outside.x + outside.width, 'the deepest value is out of sight');
    await assertFits(page, 'a deep document');
    await picture(page, 'deep-document');
    assert.deepEqual(page.complaints, []);
    await page.context().close();
  });
});
