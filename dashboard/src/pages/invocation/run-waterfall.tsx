import { useCallback, useMemo, useState } from 'react';
import { toPreciseMs } from '~/format/time';
import { selectionText, type Run, type Selection } from './model';
import { busySpans, waterfallRows, type WaterfallRow } from './rows';
import { Waterfall } from './waterfall';

export function RunWaterfall({ run, now, selection, onSelect }: {
  run: Run;
  now: number;
  selection: Selection | undefined;
  onSelect: (selection: Selection) => void;
}) {
  const [toggled, setToggled] = useState<ReadonlySet<string>>(new Set());
  const rows = useMemo(() => waterfallRows(run, now, (key, usually) => toggled.has(key) !== usually), [run, now, toggled]);
  const busy = useMemo(() => busySpans(run, now), [run, now]);
  const toggle = useCallback(
    (key: string) =>
      setToggled((before) => {
        const next = new Set(before);
        if (!next.delete(key)) next.add(key);
        return next;
      }),
    [],
  );
  const select = useCallback((row: WaterfallRow) => row.selection && onSelect(row.selection), [onSelect]);
  const selected = selection && rows.find((row) => row.selection && selectionText(row.selection) === selectionText(selection))?.key;
  return (
    <Waterfall
      label="What ran when"
      rows={rows}
      busy={busy}
      zero={toPreciseMs(run.invocation.created_at)}
      selected={selected}
      onSelect={select}
      onToggle={toggle}
    />
  );
}
