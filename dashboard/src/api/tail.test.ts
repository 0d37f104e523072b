import { describe, expect, it } from 'vitest';
import { addArrived, mergeArrived, type Arrived } from './tail';

const row = (id: string, created: number, status = 'running') =>
  ({ id, status, created_at: `2026-01-01T00:00:${String(created).padStart(2, '0')}.000000+00:00` });
type Row = ReturnType<typeof row>;

describe('the live tail', () => {
  const loaded = [row('b', 2), row('a', 1)];
  it('puts new rows first and replaces changed rows where they are', () => {
    const arrived = addArrived(new Map<string, Row>(), [row('a', 1, 'failed'), row('d', 4), row('c', 3)]);
    expect(mergeArrived(loaded, arrived).map(({ id, status }) => `${id} ${status}`)).toEqual(['d running', 'c running', 'b running', 'a failed']);
  });
  it('keeps the latest state of a row', () => {
    const arrived = addArrived(addArrived(new Map<string, Row>(), [row('d', 4)]), [row('d', 4, 'completed')]);
    expect(mergeArrived(loaded, arrived)[0]!.status).toBe('completed');
  });
  it('does not grow without end', () => {
    let arrived: Arrived<Row> = new Map();
    for (let batch = 0; batch < 30; batch += 1) {
      arrived = addArrived(arrived, Array.from({ length: 100 }, (_, index) => row(`${batch}-${index}`, 1)));
    }
    expect(arrived.size).toBe(2000);
    expect([...arrived.keys()].at(-1)).toBe('29-99');
  });
  it('changes nothing while nothing arrives', () => expect(mergeArrived(loaded, new Map())).toBe(loaded));
});
