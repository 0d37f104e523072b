import { describe, expect, it } from 'vitest';
import { chainRows, type ChainMember } from './chain-rows';
import { at, zeroMs } from './fixture';

const member = (id: string, parent?: string): ChainMember => ({
  id,
  created_at: at(0),
  completed_at: at(10),
  source_function: id,
  source_table: null,
  source_operation: null,
  source_event_time: null,
  status: 'completed',
  total_duration_ms: 10,
  total_jobs_run: 0,
  total_jobs_failed: 0,
  source_job_execution: parent ? { id: `job-of-${parent}`, job_name: 'job', invocation_id: parent } : null,
});

const tree = (...members: ChainMember[]) => chainRows(members, zeroMs).map(({ key, depth }) => `${'>'.repeat(depth)}${key}`);

describe('correlation chain', () => {
  it('puts an invocation below the one whose job triggered it', () => {
    expect(tree(member('a'), member('b', 'a'), member('c'), member('d', 'b'), member('e', 'a'))).toEqual(['a', '>b', '>>d', '>e', 'c']);
  });

  it('keeps invocations whose parent is elsewhere, and circles', () => {
    expect(tree(member('a', 'unknown'), member('b', 'c'), member('c', 'b'))).toEqual(['a', 'b', '>c']);
    expect(tree(member('a', 'a'))).toEqual(['a']);
  });
});
