import { describe, expect, it } from 'vitest';
import { chosenColumns, columnsText, whyFailed } from './columns';
import { textWhere } from './fields';

describe('columns', () => {
  it('are the default ones unless chosen, in a fixed order, and always include the first', () => {
    const usual = chosenColumns(undefined, 92).map(({ id }) => id);
    expect(columnsText(usual)).toBe('');
    expect(columnsText([...usual.filter((id) => id !== 'status'), 'source_operation', 'id'])).toBe(
      'source_function,created_at,total_duration_ms,error_message,source_table,source_operation,events_detected_count,total_jobs_run,source_user_email,id',
    );
    expect(chosenColumns('id,status,nonsense', 92).map(({ id }) => id)).toEqual(['source_function', 'status', 'id']);
  });
});

describe('text search', () => {
  it('covers the chosen columns', () => {
    expect(textWhere('  ', 'all')).toEqual([]);
    expect(textWhere('50%', 'logs')).toEqual([{ _or: [{ job_executions: { logs: { message: { _ilike: '%50\\%%' } } } }] }]);
    expect(JSON.stringify(textWhere('x', 'errors'))).not.toContain('_cast');
  });
  it('recognises the beginning of an id', () => {
    const [everywhere] = textWhere('01a2', 'all');
    expect((everywhere!._or as object[])[0]).toEqual({
      id: { _gte: '01a20000-0000-0000-0000-000000000000', _lte: '01a2ffff-ffff-ffff-ffff-ffffffffffff' },
    });
  });
});

describe('why an invocation failed', () => {
  const job = { job_name: 'charge', status: 'failed', error_message: 'card declined\n  at pay.js' };
  const event = { event_name: 'order.paid', handler_error: 'no such order', detection_error: null };
  it('is its own error, or the first step that failed', () => {
    expect(whyFailed({ error_message: 'out of time', failed_jobs: [job], failed_events: [event] })).toBe('out of time');
    expect(whyFailed({ error_message: null, failed_jobs: [job], failed_events: [event] })).toBe('order.paid: no such order');
    expect(whyFailed({ error_message: null, failed_jobs: [job], failed_events: [] })).toBe('charge: card declined');
    expect(whyFailed({ error_message: '', failed_jobs: [{ ...job, status: 'crashed', error_message: null }], failed_events: [] })).toBe('charge: crashed');
    expect(whyFailed({ error_message: null, failed_jobs: [], failed_events: [] })).toBeNull();
  });
});
