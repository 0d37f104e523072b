import { Check, Copy } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useAgeing } from '~/clock/use-ageing';
import { formatDuration } from '~/format/duration';
import { shortId } from '~/format/text';
import { formatAgo, formatTime, zoneLabel, type Instant } from '~/format/time';
import { useSettings } from '~/settings/settings';
import { IconButton } from './button';
import styles from './values.module.css';

export function Duration({ ms }: { ms: number | null | undefined }) {
  return (
    <span className="numeric" title={ms == null ? undefined : `${ms} ms`}>
      {formatDuration(ms)}
    </span>
  );
}

/** A time, relative or absolute as in the settings. The tooltip shows the other form. */
export function Time({ at, style }: { at: Instant | null | undefined; style?: 'relative' | 'absolute' }) {
  const { zone, timeStyle } = useSettings();
  useAgeing();
  if (at == null) return <span className="muted">–</span>;
  const absolute = formatTime(at, { zone });
  const relative = formatAgo(at);
  const shownAs = style ?? timeStyle;
  return (
    <time
      className="numeric"
      dateTime={new Date(at).toISOString()}
      title={shownAs === 'relative' ? `${absolute} ${zoneLabel(zone, at)}` : `${relative} · ${zoneLabel(zone, at)}`}
    >
      {shownAs === 'relative' ? relative : absolute}
    </time>
  );
}

/** The width that a column of times needs. */
export const useTimeWidth = () => (useSettings().timeStyle === 'relative' ? 92 : 186);

export function CopyButton({ text, label = 'Copy' }: { text: string | (() => string); label?: string }) {
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), 1500);
    return () => clearTimeout(timer);
  }, [copied]);

  return (
    <IconButton
      label={copied ? 'Copied' : label}
      className={styles.copy}
      onClick={(event) => {
        event.stopPropagation();
        event.preventDefault();
        void copyText(typeof text === 'function' ? text() : text).then(() => setCopied(true));
      }}
    >
      {copied ? <Check /> : <Copy />}
    </IconButton>
  );
}

async function copyText(text: string) {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  // Outside a secure context, such as plain HTTP on another machine, there is no clipboard object.
  const area = document.createElement('textarea');
  area.value = text;
  document.body.append(area);
  area.select();
  document.execCommand('copy');
  area.remove();
}

/** A shortened id with a button that copies the full one. */
export function Id({ id, whole = false }: { id: string | null | undefined; whole?: boolean }) {
  if (!id) return <span className="muted">–</span>;
  return (
    <span className={styles.id}>
      <span className="mono truncate" title={id}>
        {whole ? id : shortId(id)}
      </span>
      <CopyButton text={id} label="Copy id" />
    </span>
  );
}
