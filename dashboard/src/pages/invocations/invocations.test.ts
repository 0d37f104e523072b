import { describe, expect, it } from 'vitest';
import { chosenColumns, columnsText, type Invocation } from './columns';
import { textWhere } from './fields';
import { merged, withArrived, type Arrived } from './tail';

const row = (id: string, created: number, status = 'running') =>
  ({ id, status, created_at: `2026-01-01T00:00:${String(created).padStart(2, '0')}.000000+00:00` }) as Invocation;

describe('columns', () => {
  it('are the usual ones unless chosen, in one order, and always the first', () => {
    const usual = chosenColumns(undefined, 92).map(({ id }) => id);
    expect(columnsText(usual)).toBe('');
    expect(columnsText([...usual.filter((id) => id !== 'status'), 'error_message'])).toBe(
      'source_function,created_at,total_duration_ms,source_table,source_operation,events_detected_count,total_jobs_run,source_user_email,error_message,id',
    );
    expect(chosenColumns('id,status,nonsense', 92).map(({ id }) => id)).toEqual(['source_function', 'status', 'id']);
  });
});

describe('the live tail', () => {
  const loaded = [row('b', 2), row('a', 1)];
  it('puts new rows first and changed ones where they stand', () => {
    const arrived = withArrived(new Map(), [row('a', 1, 'failed'), row('d', 4), row('c', 3)]);
    expect(merged(loaded, arrived).map(({ id, status }) => `${id} ${status}`)).toEqual(['d running', 'c running', 'b running', 'a failed']);
  });
  it('keeps the latest state of a row', () => {
    const arrived = withArrived(withArrived(new Map(), [row('d', 4)]), [row('d', 4, 'completed')]);
    expect(merged(loaded, arrived)[0]!.status).toBe('completed');
  });
  it('does not grow for ever', () => {
    let arrived: Arrived = new Map();
    for (let batch = 0; batch < 30; batch += 1) {
      arrived = withArrived(arrived, Array.from({ length: 100 }, (_, index) => row(`${batch}-${index}`, 1)));
    }
    expect(arrived.size).toBe(2000);
    expect([...arrived.keys()].at(-1)).toBe('29-99');
  });
  it('changes nothing while nothing arrives', () => expect(merged(loaded, new Map())).toBe(loaded));
});

describe('text search', () => {
  it('looks where it was told to', () => {
    expect(textWhere('  ', 'all')).toEqual([]);
    expect(textWhere('50%', 'logs')).toEqual([{ _or: [{ job_executions: { logs: { message: { _ilike: '%50\\%%' } } } }] }]);
    expect(JSON.stringify(textWhere('x', 'errors'))).not.toContain('_cast');
  });
  it('takes the beginning of an id for one', () => {
    const [everywhere] = textWhere('01a2', 'all');
    expect((everywhere!._or as object[])[0]).toEqual({
      id: { _gte: '01a20000-0000-0000-0000-000000000000', _lte: '01a2ffff-ffff-ffff-ffff-ffffffffffff' },
    });
  });
});
