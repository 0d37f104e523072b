import { useMemo } from 'react';
import { jsonText } from '~/api/json';
import { useKeyset, type KeysetOrder } from '~/api/keyset';
import type { Where } from '~/api/where';
import { searchWhere } from '~/filters/compile';
import { levelWhere, type Level } from './levels';
import { LogPageDocument, type LogLineFragment, type LogPageQuery } from './logs.generated';

export type LogLine = LogLineFragment;

export const logRowsOf = (result: LogPageQuery): readonly LogLine[] => result.job_logs;

export const newestFirst: KeysetOrder = { column: 'created_at', direction: 'desc' };
export const oldestFirst: KeysetOrder = { column: 'created_at', direction: 'asc' };
export const inSequence: KeysetOrder = { column: 'sequence', direction: 'asc' };

/** Searches the message, the data and the source of a line. */
export const logSearch = (text: string): Where[] =>
  text.trim() === '' ? [] : [searchWhere(text.trim(), [{ path: ['message'] }, { path: ['data'], json: true }, { path: ['source'] }])];

export const logWhere = (scope: readonly Where[], levels: readonly Level[], text: string): Where[] => [
  ...scope,
  ...levelWhere(levels),
  ...logSearch(text),
];

export function useLogs(where: readonly Where[], order: KeysetOrder, pageSize = 200) {
  return useKeyset({ document: LogPageDocument, order, where, pageSize, rowsOf: logRowsOf });
}

/** A line as plain text. */
export function lineText({ created_at, level, message, data, job_execution }: LogLine): string {
  const parts = [created_at, level.toUpperCase().padEnd(5), job_execution?.job_name, message, data === null ? undefined : jsonText(data)];
  return parts.filter(Boolean).join(' ');
}

export function useLogText(lines: readonly LogLine[]) {
  return useMemo(() => () => lines.map(lineText).join('\n'), [lines]);
}
