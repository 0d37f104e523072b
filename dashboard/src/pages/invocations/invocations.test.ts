import { describe, expect, it } from 'vitest';
import { chosenColumns, columnsText } from './columns';
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
