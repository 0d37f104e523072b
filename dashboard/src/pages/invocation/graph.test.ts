import { describe, expect, it } from 'vitest';
import { eventRow, invocationRow, jobRow, undetectedRow } from './fixture';
import { graphOf, type Graph } from './graph';
import { runOf, selectionFrom } from './model';
import { layoutOf, nodeSize } from './layout';

function manyJobs(events: number, jobs: number) {
  const eventRows = Array.from({ length: events }, (_, e) => eventRow(`e${e}`, 0, 90, { event_name: `event.${e % 10}` }));
  const jobRows = eventRows.flatMap(({ id }, e) =>
    Array.from({ length: jobs }, (_, j) =>
      jobRow(`${id}-${j}`, id, 10, 20, { job_name: ['mail', 'index'][j % 2], ...(e === 0 && j === 0 && { status: 'failed' }) }),
    ),
  );
  return runOf(invocationRow(eventRows, jobRows));
}

const total = ({ nodes }: Graph, kind: string) => nodes.filter((node) => node.kind === kind).reduce((sum, { count }) => sum + count, 0);

describe('flow diagram', () => {
  it('leads from the source through events to jobs, with one node for all undetected events', () => {
    const graph = graphOf(runOf(invocationRow([eventRow('e1', 0, 90), undetectedRow('u1', 0, 1), undetectedRow('u2', 0, 1)], [jobRow('j1', 'e1', 10, 20)])));
    expect(graph.nodes.map(({ id }) => id)).toEqual(['source', 'invocation', 'event-e1', 'job-j1', 'undetected']);
    expect(graph.edges.map(({ from, to }) => `${from}>${to}`)).toEqual(['source>invocation', 'invocation>event-e1', 'event-e1>job-j1', 'invocation>undetected']);
    expect(graph.folded).toBe(false);
  });

  it.each([
    [manyJobs(3, 5), false],
    [manyJobs(20, 40), true],
    [manyJobs(400, 50), true],
  ])('folds as little as keeps it within the limit, and loses nothing', (run, folded) => {
    const graph = graphOf(run);
    expect(graph.nodes.length).toBeLessThanOrEqual(200);
    expect(graph.folded).toBe(folded);
    expect(total(graph, 'event')).toBe(run.detected.length);
    expect(total(graph, 'job')).toBe(run.jobs.length);
  });

  it('never hides a failure among successes', () => {
    const graph = graphOf(manyJobs(400, 50));
    const failed = graph.nodes.filter((node) => node.kind === 'job' && node.failed > 0);
    expect(failed).toMatchObject([{ count: 1, status: 'failed', label: 'mail' }]);
    expect(graph.edges.find(({ to }) => to === failed[0]!.id)!.failed).toBe(true);
  });

  it('finds the members of a folded node by the address', () => {
    const graph = graphOf(manyJobs(20, 40));
    const fold = graph.nodes.find(({ selection }) => selection?.kind === 'fold')!;
    const selection = selectionFrom(fold.id);
    expect(selection).toEqual(fold.selection);
    const members = selection?.kind === 'fold' ? graph.folds.get(selection.id) : undefined;
    expect(members && 'jobs' in members && members.jobs).toHaveLength(fold.count);
  });

  it('lays nodes out from left to right, in time order, without overlaps', () => {
    const graph = graphOf(manyJobs(3, 5));
    const places = layoutOf(graph);
    for (const { from, to } of graph.edges) expect(places.get(to)!.x).toBeGreaterThan(places.get(from)!.x + nodeSize.width);
    const column = graph.nodes.filter(({ kind }) => kind === 'event').map(({ id }) => places.get(id)!.y);
    expect(column).toEqual([...column].sort((a, b) => a - b));
    const boxes = [...places.values()];
    for (const [index, a] of boxes.entries()) {
      for (const b of boxes.slice(index + 1)) {
        expect(Math.abs(a.x - b.x) >= nodeSize.width || Math.abs(a.y - b.y) >= nodeSize.height).toBe(true);
      }
    }
  });
});
