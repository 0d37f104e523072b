import { describe, expect, it } from 'vitest';
import { fingerprint, matches, patternOf } from './fingerprint';

describe('fingerprints', () => {
  const kinds = (...messages: string[]) => new Set(messages.map(fingerprint)).size;
  it('ignore ids, numbers, times and addresses', () => {
    expect(kinds('gateway answered 503 (request 0484bb3132c7)', 'gateway answered 502 (request 095e61deb27a)')).toBe(1);
    expect(kinds('no order 01a204dd-acf1-7cb6-bffe-52563135ceaa', 'no order 01A204DD-963E-785B-A811-1D3246485FE0')).toBe(1);
    expect(kinds('expired at 2026-01-02T03:04:05.678Z', 'expired at 2026-11-12 13:14:15+01:00')).toBe(1);
    expect(kinds('mail to nina@example.com bounced', 'mail to o.b-1@mail.example.org bounced')).toBe(1);
    expect(kinds('connect ECONNREFUSED 10.0.0.7:5432', 'connect ECONNREFUSED 127.0.0.1:80')).toBe(1);
    expect(kinds('took 1,204.5 ms', 'took 7 ms')).toBe(1);
  });
  it('ignore quoted values, however they are quoted', () => {
    expect(kinds('no “Müller”', 'no “Meier”')).toBe(1);
    expect(kinds(`user "nina" is unknown`, `user "o. berg" is unknown`, `user 'x \\' y' is unknown`)).toBe(1);
    expect(kinds(`key "order 1" is taken`, `key "order 2" is taken`)).toBe(1);
    expect(kinds("invalid value '2026-01-01' given", "invalid value 'a@example.com' given")).toBe(1);
  });
  it('keep quoted names, which tell two bugs apart', () => {
    expect(kinds(`Cannot read properties of undefined (reading 'vat_id')`, `Cannot read properties of undefined (reading 'country')`)).toBe(2);
    expect(kinds(`Cannot find module 'lodash'`, `Cannot find module './lib/mail.js'`, `Cannot find module "@acme/mail"`)).toBe(3);
    expect(kinds(`duplicate key value violates unique constraint "orders_pkey"`, `duplicate key value violates unique constraint "users_email_key"`)).toBe(2);
    expect(kinds(`column "vat" does not exist`, `column "country" does not exist`)).toBe(2);
    expect(kinds(`sendReceipt failed: "sendReceipt"`, `sendReceipt failed: "sendInvoice"`)).toBe(2);
  });
  it('keep words, and apostrophes within them', () => {
    expect(fingerprint("can't parse, won't retry")).toBe('can’t parse, won’t retry');
    expect(fingerprint('card declined')).toBe('card declined');
    expect(fingerprint('deadbeef facade added')).toBe('deadbeef facade added');
  });
  it('tell different errors apart', () => {
    expect(fingerprint("Cannot read properties of null (reading 'a')")).not.toBe(fingerprint("Cannot read properties of undefined (reading 'a')"));
  });
  it('are of the first line, and join what differs side by side', () => {
    expect(fingerprint('boom 1\n    at x.js:3:4')).toBe('boom …');
    expect(fingerprint('ids 1, 2, 3 are gone')).toBe('ids … are gone');
  });
  it('take no longer for one endless word', () => {
    expect(fingerprint('a'.repeat(1_000_000))).toBe('a'.repeat(1000));
    expect(fingerprint(`${'a.'.repeat(500_000)}'x'`)).toHaveLength(1000);
  });
  it('are patterns that their messages match', () => {
    const message = 'gateway.example.com answered 503 Service Unavailable (request 0484bb3132c7)';
    expect(patternOf(fingerprint(message))).toBe('gateway.example.com answered * Service Unavailable (request *)*');
    for (const text of [message, '42', "can't open a file\n at x", '', 'a 1 2 b']) expect(matches(patternOf(fingerprint(text)), text), text).toBe(true);
    for (const [pattern, text] of [['a*b', 'a'], ['a*a', 'a'], ['a*b*', 'xab'], ['ab', 'abc'], ['*b', 'bc']]) expect(matches(pattern!, text!), pattern).toBe(false);
    for (const [pattern, text] of [['a*b', 'ab'], ['*', ''], ['a*b*c', 'a-b-b-c'], ['ab', 'ab'], ['*b', 'abb']]) expect(matches(pattern!, text!), pattern).toBe(true);
  });
});
