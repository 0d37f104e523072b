// How the dashboard feels on a large store, in a real Chromium:
//
//   node measure.mjs --store million.db            # or --central URL, or --server URL of an edo serve
//   node measure.mjs --store million.db --only overview --range now-30d --rounds 5
//
// For each page: when everything asked for is on it (after the address was entered, with an empty
// cache; of a search that goes on, its first part), the longest tasks that keep the page from answering until then and after it, and how evenly
// it scrolls. Medians of the rounds, except for the longest tasks. BUILD_DIR chooses the programs.
import { loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { launch } from './browser.mjs';
import { largeInvocation, serve } from './server.mjs';

const { values: options } = parseArgs({
  options: {
    store: { type: 'string' },
    central: { type: 'string' },
    server: { type: 'string' },
    only: { type: 'string', default: '' },
    range: { type: 'string', multiple: true, default: ['now-24h', 'now-30d'] },
    rounds: { type: 'string', default: '3' },
    json: { type: 'boolean', default: false },
  },
});

const pages = [
  { name: 'overview', path: '/' },
  { name: 'invocations', path: '/invocations', scroller: '[role=table]' },
  { name: 'invocations, slowest', path: '/invocations?sort=-total_duration_ms', scroller: '[role=table]' },
  { name: 'invocations, failed', path: '/invocations?f=status:is:failed', scroller: '[role=table]' },
  { name: 'invocations, text', path: '/invocations?q=ember', firstPart: /looked back to|loaded/ },
  { name: 'jobs', path: '/jobs', scroller: '[role=table]' },
  { name: 'logs', path: '/logs', scroller: '[data-level]' },
  { name: 'logs, text', path: '/logs?q=template' },
  { name: 'event flow', path: '/flow' },
  { name: 'analytics', path: '/analytics' },
  { name: 'analytics, jobs', path: '/analytics?by=job' },
  { name: 'search, an id', path: '/search?q=00000000-0000-7000-8000-00000000ffff', firstPart: /so far|in this time range/ },
  { name: 'search, a text', path: '/search?q=ember', firstPart: /so far|in this time range/ },
];
const invocation = [
  { name: '20,000 jobs, flow', tab: 'flow' },
  { name: '20,000 jobs, waterfall', tab: 'waterfall', scroller: '[role=tree]' },
  { name: '20,000 jobs, jobs', tab: 'jobs', scroller: '[role=table]' },
];

/** Runs in the page before anything else does: notes long tasks, and when the page was last busy. */
function watch() {
  window.measured = { tasks: [], quietSince: undefined };
  new PerformanceObserver((list) => {
    for (const { startTime, duration } of list.getEntries()) window.measured.tasks.push({ at: startTime, ms: duration });
  }).observe({ type: 'longtask', buffered: true });
  const look = () => {
    const quiet = document.querySelector('main h1') && !document.querySelector('main [aria-busy=true]');
    window.measured.quietSince = quiet ? (window.measured.quietSince ?? performance.now()) : undefined;
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}

/** Ready once nothing was on its way for half a second: what begins after what ended counts as well. */
async function timeToReady(page, firstPart) {
  if (firstPart) {
    await page.locator('main [role=status]', { hasText: firstPart }).first().waitFor({ timeout: 120_000 });
    return page.evaluate(() => performance.now());
  }
  const handle = await page.waitForFunction(() => {
    const since = window.measured.quietSince;
    return since !== undefined && performance.now() - since > 500 && since;
  }, undefined, { timeout: 120_000 });
  return handle.jsonValue();
}

const scrollFrames = (page, selector) =>
  page.evaluate(async (selector) => {
    let scroller = document.querySelector(selector);
    while (scroller && scroller.scrollHeight <= scroller.clientHeight + 1) scroller = scroller.parentElement;
    if (!scroller) return [];
    const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
    const frames = [];
    let before = await frame();
    for (let turn = 0; turn < 120; turn += 1) {
      scroller.scrollTop += 120;
      const now = await frame();
      frames.push(now - before);
      before = now;
    }
    return frames;
  }, selector);

const sorted = (values) => [...values].sort((a, b) => a - b);
const median = (values) => sorted(values)[Math.floor(values.length / 2)];
const longest = (tasks) => Math.max(0, ...tasks.map(({ ms }) => ms));

async function round(browser, url, { scroller, firstPart }) {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, reducedMotion: 'reduce' });
  const page = await context.newPage();
  await page.addInitScript(watch);
  await page.goto(url);
  const ready = await timeToReady(page, firstPart);
  const failed = await page.locator('main [role=alert]').count();
  const frames = scroller ? await scrollFrames(page, scroller) : [];
  await page.waitForTimeout(500); // Tasks are told of a moment after they end.
  const tasks = await page.evaluate(() => window.measured.tasks);
  await context.close();
  return {
    failed: failed > 0,
    ready,
    before: longest(tasks.filter(({ at }) => at < ready)),
    after: longest(tasks.filter(({ at }) => at >= ready)),
    frame: frames.length > 0 ? median(frames) : undefined,
    worstFrame: frames.length > 0 ? Math.max(...frames) : undefined,
  };
}

function print(name, range, rounds) {
  const all = (key) => rounds.map((each) => each[key]).filter((value) => value !== undefined);
  const figures = {
    page: name,
    range,
    ready_ms: Math.round(median(all('ready'))),
    longest_task_before_ms: Math.round(Math.max(...all('before'))),
    longest_task_after_ms: Math.round(Math.max(...all('after'))),
    frame_ms: all('frame').length > 0 ? Number(median(all('frame')).toFixed(1)) : undefined,
    slowest_frame_ms: all('worstFrame').length > 0 ? Math.round(median(all('worstFrame'))) : undefined,
    load: Number(loadavg()[0].toFixed(1)),
    failed: rounds.some(({ failed }) => failed) || undefined,
  };
  if (options.json) return console.log(JSON.stringify(figures));
  const scrolling = figures.frame_ms === undefined ? '' : `  frame ${figures.frame_ms} ms, slowest ${figures.slowest_frame_ms} ms`;
  console.log(
    `${name.padEnd(24)} ${range.padEnd(8)} ready ${String(figures.ready_ms).padStart(6)} ms  longest task` +
      ` ${String(figures.longest_task_before_ms).padStart(5)} ms, then ${String(figures.longest_task_after_ms).padStart(4)} ms` +
      `${scrolling}  (load ${figures.load})${figures.failed ? '  SHOWS AN ERROR' : ''}`,
  );
}

const source = options.store ? { file: options.store } : { url: options.central_database };
const large = options.store ? largeInvocation(source) : undefined;
const server = options.server ? { url: options.server, stop() {} } : await serve(source);
const browser = await launch();
try {
  const measure = async (name, range, path, how) => {
    if (!name.includes(options.only)) return;
    const rounds = [];
    for (let turn = 0; turn < Number(options.rounds); turn += 1) rounds.push(await round(browser, server.url + path, how));
    print(name, range, rounds);
  };
  for (const range of options.range) {
    for (const { name, path, ...how } of pages) {
      await measure(name, range, `${path}${path.includes('?') ? '&' : '?'}from=${range}`, how);
    }
  }
  if (large) for (const { name, tab, ...how } of invocation) await measure(name, '', `/invocations/${large}?tab=${tab}`, how);
} finally {
  await browser.close();
  await server.stop();
}
