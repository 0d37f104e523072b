// Logging in: with a token or the secret, which stays in the tab; and again when the token expires, on the same page.
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { after, before, test } from 'node:test';
import { assertAccessible, launch, openPage, settled } from './browser.mjs';
import { recordedStore, serve } from './server.mjs';

const key = 'a key that is shared with who issues the tokens';
const secret = 's3cret';

const encoded = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
function token(seconds, roles = ['admin', 'user']) {
  const claims = { 'x-hasura-allowed-roles': roles, 'x-hasura-default-role': roles[0] };
  const exp = Math.floor(Date.now() / 1000) + seconds;
  const content = `${encoded({ alg: 'HS256' })}.${encoded({ exp, 'https://hasura.io/jwt/claims': claims })}`;
  return `${content}.${createHmac('sha256', key).update(content).digest('base64url')}`;
}

let store, server, browser;
before(async () => {
  store = await recordedStore(200);
  const options = ['--admin-secret', secret, '--jwt-secret', JSON.stringify({ type: 'HS256', key })];
  server = await serve(store, { options });
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await server?.stop();
  await store?.remove();
});

const dialog = (page) => page.getByRole('dialog', { name: 'Log in' });
async function logIn(page, value, kind = 'Token') {
  await dialog(page).waitFor();
  if (kind !== 'Token') await dialog(page).getByText(kind).first().click();
  await dialog(page).locator('input[type=password]').fill(value);
  await dialog(page).getByRole('button', { name: 'Log in' }).click();
}
const kept = (page) =>
  page.evaluate(() => [JSON.stringify({ ...sessionStorage }), JSON.stringify({ ...localStorage })]);

test('a token logs in, stays in the tab, and is asked for again on the same page when it expires', async () => {
  const page = await openPage(browser, { url: server.url });
  const address = `${server.url}/invocations?f=status:is:failed`;
  await page.goto(address);
  await dialog(page).waitFor();
  await assertAccessible(page, 'log in');
  await logIn(page, 'wrong');
  await dialog(page).getByText(/Could not verify JWT/).waitFor();

  const short = token(15);
  await logIn(page, short);
  await dialog(page).waitFor({ state: 'hidden' });
  await page.getByRole('row').nth(3).waitFor();
  await page.reload();
  await page.getByRole('row').nth(3).waitFor();
  const [session, local] = await kept(page);
  assert.ok(session.includes(short));
  assert.ok(!local.includes(short));

  while (!(await dialog(page).isVisible())) {
    await page.getByRole('button', { name: 'Refresh', exact: true }).first().click();
    await settled(page);
  }
  await dialog(page).getByText('Your token has expired').waitFor();
  assert.equal(page.url(), address);
  assert.ok((await page.getByRole('row').count()) > 3, 'the page is gone');
  await logIn(page, token(3600));
  await dialog(page).waitFor({ state: 'hidden' });
  await page.getByRole('row').nth(3).waitFor();
  assert.equal(page.url(), address);
  await page.context().close();
});

test('the secret logs in, and logging out forgets it', async () => {
  const page = await openPage(browser, { url: server.url });
  await page.goto(`${server.url}/invocations`);
  await logIn(page, secret, 'Admin secret');
  await page.getByRole('row').nth(3).waitFor();
  await page.getByRole('button', { name: 'Log out' }).click();
  await dialog(page).waitFor();
  assert.ok(!(await kept(page)).join().includes(secret));
  await page.keyboard.press('Escape');
  await dialog(page).waitFor({ state: 'hidden' });
  await page.context().close();
});
