import { expect, it } from 'vitest';
import { parseMetrics } from './metrics';

it('metrics are read with their labels', () => {
  const text = '# HELP edo_x A thing\n# TYPE edo_x gauge\nedo_x 3\nedo_y{store="a \\"b\\", c",kind="wal"} 1.5e3\nedo_z_bucket{le="+Inf"} 7 1700000000\n\n';
  expect(parseMetrics(text)).toEqual([
    { name: 'edo_x', labels: {}, value: 3 },
    { name: 'edo_y', labels: { store: 'a "b", c', kind: 'wal' }, value: 1500 },
    { name: 'edo_z_bucket', labels: { le: '+Inf' }, value: 7 },
  ]);
});
