import { describe, expect, it } from 'vitest';
import { compileFilter, compileFilters, escapeLike, filterProblem, searchWhere, uuidPrefixRange } from './compile';
import { filterFromText, filterToText, type FilterField } from './fields';
import { withFilter } from './use-filters';

const fields: FilterField[] = [
  { id: 'status', label: 'Status', kind: 'choice', path: ['status'] },
  { id: 'email', label: 'User', kind: 'text', path: ['source_user_email'] },
  { id: 'duration', label: 'Duration', kind: 'duration', path: ['total_duration_ms'] },
  { id: 'event', label: 'Event', kind: 'text', path: ['event_executions', 'event_name'] },
  { id: 'job', label: 'Source job', kind: 'uuid', path: ['source_job_id'] },
];
const compile = (text: string) => compileFilter(filterFromText(text, fields)!, fields);

describe('filters in the address', () => {
  it('survive the address, whatever their values contain', () => {
    for (const values of [['failed'], ['a,b', 'c\\', ':is:'], ['two\nlines', 'ünï'], ['', 'a'], ['\\-', '-']]) {
      const filter = { field: 'email', operator: 'is' as const, values };
      expect(filterFromText(filterToText(filter), fields)).toEqual(filter);
    }
  });

  it('are omitted if they are invalid', () => {
    for (const text of ['', 'status', 'status:is', 'status:is:', 'nothing:is:x', 'status:has:x', 'status:sort:x']) {
      expect(filterFromText(text, fields), text).toBeUndefined();
    }
    expect(filterFromText('email:empty', fields)).toEqual({ field: 'email', operator: 'empty', values: [] });
  });

  it('say why they cannot be used', () => {
    const statuses: FilterField = { id: 'state', label: 'State', kind: 'choice', path: ['status'], options: ['failed'] };
    const jobs: FilterField = { id: 'jobs', label: 'Jobs', kind: 'number', path: ['total_jobs_run'] };
    const problem = (text: string) => filterProblem(text, [...fields, statuses, jobs]);
    expect(problem('duration:gte:abc')).toMatch(/^abc is not a duration/);
    expect(problem('duration:gte:25d')).toBe('25d is longer than 24 days');
    expect(problem('jobs:gte:1.5')).toBe('1.5 is not a whole number up to 2147483647');
    expect(problem('jobs:gte:3000000000')).toMatch(/is not a whole number/);
    expect(problem('job:is:1234')).toBe('1234 is not an id');
    expect(problem('state:is:failed,sunny')).toBe('sunny is not one of failed');
    expect(problem('nothing:is:x')).toBe('this page has no such filter');
    for (const text of ['duration:gte:1.5s', 'jobs:is:2147483647', 'state:not:failed', 'status:is:sunny', 'email:empty']) expect(problem(text), text).toBeUndefined();
  });

  it('extend an existing filter on the same field', () => {
    const one = withFilter([], { field: 'status', operator: 'is', values: ['failed'] });
    expect(withFilter(one, { field: 'status', operator: 'is', values: ['crashed', 'failed'] })).toEqual([
      { field: 'status', operator: 'is', values: ['failed', 'crashed'] },
    ]);
    const least = withFilter([], { field: 'duration', operator: 'gte', values: ['1s'] });
    expect(withFilter(least, { field: 'duration', operator: 'gte', values: ['2s'] })[0]!.values).toEqual(['2s']);
  });
});

describe('filters as boolean expressions', () => {
  it('compare one value with _eq and several with _in', () => {
    expect(compile('status:is:failed')).toEqual({ status: { _eq: 'failed' } });
    expect(compile('status:is:failed,crashed')).toEqual({ status: { _in: ['failed', 'crashed'] } });
  });

  it('keep rows without a value when they exclude one', () => {
    expect(compile('email:not:a@b.c')).toEqual({
      _or: [{ _not: { source_user_email: { _eq: 'a@b.c' } } }, { source_user_email: { _is_null: true } }],
    });
    expect(compile('event:not:order.paid')).toEqual({ _not: { event_executions: { event_name: { _eq: 'order.paid' } } } });
  });

  it('parse durations with units', () => {
    expect(compile('duration:gte:1.5s')).toEqual({ total_duration_ms: { _gte: 1500 } });
    expect(compile('duration:lte:soon')).toBeUndefined();
  });

  it('search for text, not for patterns', () => {
    expect(escapeLike('100%_\\')).toBe('100\\%\\_\\\\');
    expect(compile('email:has:a_b')).toEqual({ _or: [{ source_user_email: { _ilike: '%a\\_b%' } }] });
    expect(searchWhere('x', [{ path: ['error_message'] }, { path: ['source_event_payload'], json: true }])).toEqual({
      _or: [{ error_message: { _ilike: '%x%' } }, { source_event_payload: { _cast: { String: { _ilike: '%x%' } } } }],
    });
  });

  it('never send an invalid id to the database', () => {
    expect(compile('job:is:nonsense')).toEqual({ source_job_id: { _in: [] } });
  });

  it('distinguish empty from not empty', () => {
    expect(compile('email:empty')).toEqual({ source_user_email: { _is_null: true } });
    expect(compile('email:present')).toEqual({ _not: { source_user_email: { _is_null: true } } });
  });

  it('look at every column of a field, and at related rows that exist', () => {
    const all: FilterField[] = [{ id: 'error', label: 'Error', kind: 'text', path: ['error_message'], also: [['job_executions', 'error_message']] }];
    const where = (text: string) => compileFilter(filterFromText(text, all)!, all);
    const contains = { error_message: { _ilike: '%x%' } };
    expect(where('error:has:x')).toEqual({ _or: [{ _or: [contains] }, { _or: [{ job_executions: contains }] }] });
    expect(where('error:lacks:x')).toEqual({
      _and: [{ _or: [{ _not: { _or: [contains] } }, { error_message: { _is_null: true } }] }, { _not: { _or: [{ job_executions: contains }] } }],
    });
    expect(where('error:empty')).toEqual({
      _and: [{ error_message: { _is_null: true } }, { _not: { job_executions: { error_message: { _is_null: false } } } }],
    });
    expect(where('error:present')).toEqual({
      _or: [{ _not: { error_message: { _is_null: true } } }, { job_executions: { error_message: { _is_null: false } } }],
    });
  });

  it('match a pattern, in which an asterisk is any text', () => {
    expect(compile('email:like:a_b*c')).toEqual({ _or: [{ source_user_email: { _like: 'a\\_b%c' } }] });
    expect(compile('email:unlike:x*')).toEqual({
      _or: [{ _not: { _or: [{ source_user_email: { _like: 'x%' } }] } }, { source_user_email: { _is_null: true } }],
    });
  });

  it('hold for one related row, where a field belongs to another one', () => {
    const related: FilterField[] = [
      { id: 'event', label: 'Event', kind: 'text', path: ['event_executions', 'event_name'] },
      { id: 'why', label: 'Why', kind: 'text', path: ['event_executions', 'handler_error'], sameRowAs: 'event' },
    ];
    const where = (...texts: string[]) => compileFilters(texts.map((text) => filterFromText(text, related)!), related);
    expect(where('event:is:paid', 'why:is:x')).toEqual([{ event_executions: { _and: [{ event_name: { _eq: 'paid' } }, { handler_error: { _eq: 'x' } }] } }]);
    expect(where('why:is:x')).toEqual([{ event_executions: { handler_error: { _eq: 'x' } } }]);
    expect(where('event:not:paid', 'why:is:x')).toHaveLength(2);
  });

  it('ignore unknown fields', () => {
    expect(compileFilters([{ field: 'gone', operator: 'is', values: ['x'] }], fields)).toEqual([]);
  });
});

describe('the beginning of an id', () => {
  it('is a range of ids', () => {
    expect(uuidPrefixRange('01a20361-E14A')).toEqual({
      _gte: '01a20361-e14a-0000-0000-000000000000',
      _lte: '01a20361-e14a-ffff-ffff-ffffffffffff',
    });
  });
  it('is not found in other text', () => {
    for (const text of ['abc', 'order', 'a@b.c', '01a20361-e14a-7000-8000-0000000000000']) {
      expect(uuidPrefixRange(text), text).toBeUndefined();
    }
  });
});
