// Debian's Chromium, pages that complain about nothing, and pictures of them.
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { chromium } from 'playwright-core';
import { buildDir } from './server.mjs';

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
export const pictures = path.join(buildDir, 'screenshots');
mkdirSync(pictures, { recursive: true });

export const launch = () =>
  chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: [
      '--headless', '--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking',
      '--disable-component-update', '--disable-sync',
    ],
  });

/** A page of its own; what it logs as an error, and every request that leaves the server, is kept. */
export async function openPage(browser, { theme = 'light', width = 1440, height = 900, url }) {
  const context = await browser.newContext({
    viewport: { width, height },
    colorScheme: theme,
    timezoneId: 'Europe/Berlin',
    reducedMotion: 'reduce',
    acceptDownloads: true,
    permissions: ['clipboard-read', 'clipboard-write'],
  });
  const page = await context.newPage();
  page.complaints = [];
  page.on('console', (message) => message.type() === 'error' && page.complaints.push(message.text()));
  page.on('pageerror', (error) => page.complaints.push(error.message));
  page.on('request', (request) => {
    if (!request.url().startsWith(url) && !/^(data|blob):/.test(request.url())) page.complaints.push(`left for ${request.url()}`);
  });
  page.setDefaultTimeout(15_000);
  return page;
}

/** Everything that was being fetched is there. */
export async function settled(page) {
  await page.waitForFunction(() => document.querySelector('h1, [role=alert]') && !document.querySelector('main [aria-busy=true]'));
  await page.evaluate(() => document.fonts.ready);
}

/** The number beside the title is this one. The one before stands there until it is known. */
export const totalIs = (page, total) =>
  page.waitForFunction((n) => Number(document.querySelector('h1')?.innerText.replace(/\D/g, '') || -1) === n, total);

/** Waits until what is read is the expected value: the page may still be on its way there. */
export async function eventually(read, expected) {
  const deadline = Date.now() + 15_000;
  let actual = await read();
  while (!isDeepStrictEqual(actual, expected) && Date.now() < deadline) {
    await setTimeout(20);
    actual = await read();
  }
  assert.deepEqual(actual, expected);
}

export async function picture(page, name) {
  await page.screenshot({ path: path.join(pictures, `${name}.png`) });
}

/** WCAG 2.1 A and AA, as far as a program can tell. */
export async function assertAccessible(page, what) {
  await page.evaluate(axeSource);
  const violations = await page.evaluate(async () => {
    const found = await window.axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'] });
    return found.violations.map(({ id, nodes }) => `${id}: ${nodes.slice(0, 3).map((node) => `${node.html.slice(0, 160)} ${node.any[0]?.message ?? ''}`).join(' | ')}`);
  });
  assert.deepEqual(violations, [], what);
}

/** Nothing sticks out to the right: only tables scroll sideways, inside themselves. */
export async function assertFits(page, what) {
  const [wide, window] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
  assert.ok(wide <= window, `${what} is ${wide} wide in a window of ${window}`);
}
