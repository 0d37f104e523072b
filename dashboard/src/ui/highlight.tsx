import { Fragment } from 'react';
import styles from './highlight.module.css';

/** The text with the search term marked. */
export function Highlight({ text, search }: { text: string; search: string | undefined }) {
  const wanted = search?.trim().toLowerCase();
  if (!wanted) return <>{text}</>;
  const parts: React.ReactNode[] = [];
  const lower = text.toLowerCase();
  let end = 0;
  for (let at = lower.indexOf(wanted); at >= 0; at = lower.indexOf(wanted, end)) {
    parts.push(<Fragment key={`before ${at}`}>{text.slice(end, at)}</Fragment>, <mark key={at} className={styles.mark}>{text.slice(at, at + wanted.length)}</mark>);
    end = at + wanted.length;
  }
  return (
    <>
      {parts}
      {text.slice(end)}
    </>
  );
}
