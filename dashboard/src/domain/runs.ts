import { histogram, percentile } from './figures';
import { isFailure } from './status';

/** How often something ran, how often it failed, and its average duration. */
export interface Runs {
  name: string;
  runs: number;
  failed: number;
  averageMs: number | null;
}

export interface RunGroup {
  group_key: { name: string | null; status: string | null };
  aggregate: { count: number; sum: { ms: number | null } | null };
}

export interface SpreadGroup {
  group_key: { name: string | null; ms: number | null };
  aggregate: { count: number };
}

const isRunning = (status: string) => ['running', 'detecting', 'handling'].includes(status);

/** The runs of each name, most frequent first. What still runs has no duration yet. */
export function runsByName(groups: readonly RunGroup[]): Runs[] {
  const found = new Map<string, { runs: number; failed: number; ended: number; ms: number }>();
  for (const { group_key, aggregate } of groups) {
    const name = group_key.name ?? '';
    const status = group_key.status ?? '';
    const ms = aggregate.sum?.ms ?? null;
    const sum = found.get(name) ?? { runs: 0, failed: 0, ended: 0, ms: 0 };
    found.set(name, {
      runs: sum.runs + aggregate.count,
      failed: sum.failed + (isFailure(status) ? aggregate.count : 0),
      ended: sum.ended + (isRunning(status) || ms === null ? 0 : aggregate.count),
      ms: sum.ms + (ms ?? 0),
    });
  }
  return [...found]
    .map(([name, { runs, failed, ended, ms }]) => ({ name, runs, failed, averageMs: ended === 0 ? null : ms / ended }))
    .sort((a, b) => b.runs - a.runs || a.name.localeCompare(b.name));
}

/** All names together. */
export const runsOfAll = (groups: readonly RunGroup[]): Runs =>
  runsByName(groups.map(({ group_key, aggregate }) => ({ group_key: { ...group_key, name: '' }, aggregate })))[0] ?? {
    name: '', runs: 0, failed: 0, averageMs: null,
  };

export function p95ByName(groups: readonly SpreadGroup[]): Map<string, number | null> {
  const byName = new Map<string, SpreadGroup[]>();
  for (const group of groups) {
    const name = group.group_key.name ?? '';
    const own = byName.get(name);
    if (own) own.push(group);
    else byName.set(name, [group]);
  }
  return new Map([...byName].map(([name, own]) => [name, p95Of(own)]));
}

export const p95Of = (groups: readonly SpreadGroup[]): number | null =>
  percentile(histogram(groups.map(({ group_key, aggregate }) => ({ group_key: { total_duration_ms: group_key.ms }, aggregate }))), 0.95);
