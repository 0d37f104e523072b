import { describe, expect, it } from 'vitest';
import { fingerprint } from '~/domain/fingerprint';
import type { ErrorGroup, Place } from '~/domain/errors';
import { errorLink } from './error-filters';

const group = (place: Place, name: string, ...messages: (string | null)[]): ErrorGroup => ({
  fingerprint: fingerprint(messages[0] ?? ''), example: '', count: messages.length, before: 0, first: '', last: '',
  places: [{ place, name, count: messages.length, messages }],
});
const many = (text: (n: number) => string) => Array.from({ length: 9 }, (_, n) => text(n + 1));
const linkOf = (first: ErrorGroup, ...others: ErrorGroup[]) => errorLink(first.places[0]!, first, [first, ...others]);

describe('the list behind an error', () => {
  it('is one of jobs where jobs failed, and of invocations elsewhere', () => {
    expect(linkOf(group('job', 'mail', 'bounced'))).toEqual({ path: '/jobs', filters: ['job:is:mail', 'status:is:failed,crashed', 'error:is:bounced'] });
    expect(linkOf(group('handler', 'paid', 'bad input'))).toEqual({ path: '/invocations', filters: ['event:is:paid', 'handler_error:is:bad input'] });
    expect(linkOf(group('detection', 'paid', 'a', 'b'))!.filters.at(-1)).toBe('detection_error:is:a,b');
    expect(linkOf(group('function', 'f', 'out of time'))!.filters).toEqual(['function:is:f', 'own_error:is:out of time']);
    expect(linkOf(group('job', 'mail', null))!.filters.at(-1)).toBe('error:empty');
  });
  it('has a pattern for many messages', () => {
    expect(linkOf(group('job', 'mail', ...many((n) => `timed out after ${n} s`)))!.filters.at(-1)).toBe('error:like:timed out after * s*');
  });
  it('leaves out what other errors have in common with it', () => {
    const shorter = group('job', 'mail', ...many((n) => `timed out after ${n} s`));
    const longer = group('job', 'mail', 'timed out after 3 s: no answer');
    expect(linkOf(shorter, longer)!.filters.slice(2)).toEqual(['error:like:timed out after * s*', 'error:unlike:timed out after * s: no answer*']);
    expect(linkOf(shorter, { ...longer, places: [{ ...longer.places[0]!, name: 'pay' }] })!.filters).toHaveLength(3);
  });
  it('is no list where filters cannot tell errors apart', () => {
    const blank = group('job', 'mail', ...many((n) => `no  order ${n}`));
    expect(linkOf(blank)!.filters.at(-1)).toBe('error:like:*no*order**');
    expect(linkOf(group('job', 'mail', null, ''))).toBeUndefined();
  });
});
