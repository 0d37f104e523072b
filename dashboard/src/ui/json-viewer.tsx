import { useVirtualizer } from '@tanstack/react-virtual';
import { ChevronDown, ChevronRight } from 'lucide-react';
import { useMemo, useRef, useState } from 'react';
import { isContainer, isNumber, jsonText, type Json } from '~/api/json';
import { plural } from '~/format/text';
import { Button } from './button';
import { Input } from './field';
import { entriesOf, jsonLines, type JsonLine } from './json-lines';
import { CopyButton } from './values';
import styles from './json-viewer.module.css';

/** A JSON document of any size: collapsible, searchable, each part copyable. */
export function JsonViewer({
  value,
  label,
  openDepth = 2,
  maxHeight = 480,
}: {
  value: Json;
  /** What the document is: 'Payload'. */
  label: string;
  /** How many levels are open at first. */
  openDepth?: number;
  /** Pixels, or a CSS length. */
  maxHeight?: number | string;
}) {
  const [toggled, setToggled] = useState<ReadonlySet<string>>(new Set());
  const [depth, setDepth] = useState(openDepth);
  const [search, setSearch] = useState('');
  const scroller = useRef<HTMLDivElement>(null);

  const lines = useMemo(
    () => jsonLines(value, (path, level) => level < depth !== toggled.has(path), search),
    [value, depth, toggled, search],
  );
  const matches = useMemo(() => lines.filter((line) => line.matches).length, [lines]);
  // eslint-disable-next-line react-hooks/incompatible-library
  const virtualizer = useVirtualizer({
    count: lines.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => 21,
    getItemKey: (index) => lines[index]!.path,
    overscan: 20,
  });

  const toggle = (path: string) =>
    setToggled((before) => {
      const next = new Set(before);
      if (!next.delete(path)) next.add(path);
      return next;
    });
  const openAll = (level: number) => {
    setToggled(new Set());
    setDepth(level);
  };

  return (
    <div className={styles.viewer}>
      <div className={styles.bar}>
        <Input
          type="search"
          placeholder={`Search ${label.toLowerCase()}`}
          aria-label={`Search ${label.toLowerCase()}`}
          value={search}
          onChange={(event) => setSearch(event.target.value)}
        />
        {search && (
          <span className="muted" role="status">
            {matches} {plural(matches, 'match', 'matches')}
          </span>
        )}
        <Button look="quiet" onClick={() => openAll(Infinity)}>
          Expand
        </Button>
        <Button look="quiet" onClick={() => openAll(1)}>
          Collapse
        </Button>
        <CopyButton label={`Copy ${label.toLowerCase()}`} text={() => jsonText(value, 2)} />
      </div>
      {/* A region that scrolls takes the focus, so that keys can scroll it. */}
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <div ref={scroller} className={styles.lines} style={{ maxHeight }} role="group" aria-label={label} tabIndex={0}>
        <div style={{ height: virtualizer.getTotalSize(), position: 'relative' }}>
          {virtualizer.getVirtualItems().map((item) => (
            <div
              key={item.key}
              ref={virtualizer.measureElement}
              data-index={item.index}
              className={styles.place}
              style={{ transform: `translateY(${item.start}px)` }}
            >
              <Line line={lines[item.index]!} onToggle={toggle} />
            </div>
          ))}
        </div>
      </div>
    </div>
  );
}

// Deeper lines have the number of their level, so that there is room for their text.
const deepestIndent = 12;

function Line({ line, onToggle }: { line: JsonLine; onToggle: (path: string) => void }) {
  const { depth, key, value, open, path, matches } = line;
  return (
    <div
      className={styles.line}
      style={{ paddingLeft: Math.min(depth, deepestIndent) * 14 }}
      data-matches={matches || undefined}
      title={path}
    >
      {depth > deepestIndent && <span className={styles.depth}>{depth}</span>}
      {open === undefined ? (
        <span className={styles.indent} />
      ) : (
        <button
          type="button"
          className={styles.toggle}
          aria-expanded={open}
          aria-label={`${open ? 'Collapse' : 'Expand'} ${path}`}
          onClick={() => onToggle(path)}
        >
          {open ? <ChevronDown /> : <ChevronRight />}
        </button>
      )}
      {key !== undefined && <span className={styles.key}>{key}: </span>}
      <Value value={value} open={open} />
    </div>
  );
}

function Value({ value, open }: { value: Json; open?: boolean }) {
  if (isContainer(value)) {
    const count = entriesOf(value).length;
    const [begin, end] = Array.isArray(value) ? '[]' : '{}';
    const summary = `${count} ${Array.isArray(value) ? plural(count, 'item') : plural(count, 'key')}`;
    return <span className={styles.summary}>{count === 0 ? begin! + end! : open ? begin : `${begin} ${summary} ${end}`}</span>;
  }
  const kind = value === null ? 'null' : isNumber(value) ? 'number' : typeof value;
  return <span className={styles[kind]}>{typeof value === 'string' ? JSON.stringify(value) : String(value)}</span>;
}
