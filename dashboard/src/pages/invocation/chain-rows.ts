import type { CorrelationChainQuery } from './invocation.generated';
import { groupBy, type Span } from './model';
import { invocationSegments, type WaterfallRow } from './rows';

export type ChainMember = CorrelationChainQuery['invocations'][number];

/** The invocations of a chain below the one whose job triggered them. Those whose parent is not among them are roots. */
export function chainRows(members: readonly ChainMember[], now: number): WaterfallRow[] {
  const known = new Set(members.map(({ id }) => id));
  const parentOf = ({ id, source_job_execution: job }: ChainMember) =>
    job && job.invocation_id !== id && known.has(job.invocation_id) ? job.invocation_id : undefined;
  const below = groupBy(members, parentOf);
  const rows: WaterfallRow[] = [];
  const visited = new Set<string>();

  const visit = (member: ChainMember, depth: number) => {
    if (visited.has(member.id)) return;
    visited.add(member.id);
    rows.push(rowOf(member, depth, now));
    for (const child of below.get(member.id) ?? []) visit(child, depth + 1);
  };
  for (const root of below.get(undefined) ?? []) visit(root, 0);
  // A circle has no root, but its members must be shown.
  for (const member of members) visit(member, 0);
  return rows;
}

function rowOf(member: ChainMember, depth: number, now: number): WaterfallRow {
  const { id, source_function, source_operation, source_table, source_job_execution: job, status } = member;
  return {
    key: id,
    depth,
    kind: depth === 0 ? 'invocation' : 'triggered',
    label: source_function,
    note: [source_operation, source_table, job && `by ${job.job_name}`].filter(Boolean).join(' '),
    status,
    segments: invocationSegments(member, now).map((segment) => (segment.kind === 'queue' ? segment : { ...segment, kind: 'run' })),
    durationMs: member.total_duration_ms,
    invocationId: id,
  };
}

/** The time in which some invocation runs. */
export const chainBusy = (rows: readonly WaterfallRow[]): Span[] =>
  rows.flatMap(({ segments }) => segments.filter(({ kind }) => kind !== 'queue'));
