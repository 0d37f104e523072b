import { spanOf, type JobRow, type Run, type RunEvent } from './model';

/** A step of one run or of both. */
export interface Pair {
  key: string;
  kind: 'whole' | 'event' | 'job';
  label: string;
  here: Step | undefined;
  there: Step | undefined;
}

export interface Step {
  status: string;
  ms: number | null;
}

/** The steps of two runs side by side: events by name, jobs by name within them, the nth with the nth. */
export function pairsOf(here: Run, there: Run): Pair[] {
  const whole = (run: Run): Step => ({ status: run.invocation.status, ms: run.invocation.total_duration_ms });
  const pairs: Pair[] = [{ key: 'whole', kind: 'whole', label: here.invocation.source_function, here: whole(here), there: whole(there) }];
  for (const [key, a, b] of matched(here.detected, there.detected, (event) => event.event_name)) {
    pairs.push({ key, kind: 'event', label: (a ?? b)!.event_name, here: a && eventStep(a), there: b && eventStep(b) });
    for (const [jobKey, x, y] of matched(a?.jobs ?? [], b?.jobs ?? [], (job) => job.job_name)) {
      pairs.push({ key: `${key}/${jobKey}`, kind: 'job', label: (x ?? y)!.job_name, here: x && jobStep(x), there: y && jobStep(y) });
    }
  }
  return pairs;
}

const jobStep = ({ status, duration_ms }: JobRow): Step => ({ status, ms: duration_ms });

function eventStep(event: RunEvent): Step {
  if (!event.completed_at) return { status: event.status, ms: null };
  const { from, to } = spanOf(event, 0);
  return { status: event.status, ms: Math.round(to - from) };
}

/** Items of the same name, in the order of the first list and then of the second. */
function matched<Item>(left: readonly Item[], right: readonly Item[], nameOf: (item: Item) => string): [string, Item | undefined, Item | undefined][] {
  const rest = numbered(right, nameOf);
  const found: [string, Item | undefined, Item | undefined][] = [];
  for (const [key, item] of numbered(left, nameOf)) {
    found.push([key, item, rest.get(key)]);
    rest.delete(key);
  }
  for (const [key, item] of rest) found.push([key, undefined, item]);
  return found;
}

function numbered<Item>(items: readonly Item[], nameOf: (item: Item) => string): Map<string, Item> {
  const counts = new Map<string, number>();
  return new Map(
    items.map((item) => {
      const name = nameOf(item);
      const count = (counts.get(name) ?? 0) + 1;
      counts.set(name, count);
      return [`${name}#${count}`, item];
    }),
  );
}
