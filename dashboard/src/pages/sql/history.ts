import { useState } from 'react';

// Statements may contain private values, so the history ends with the tab.
const key = 'edo.sql';
const kept = 30;

/** The latest first, each statement once. */
export const withLatest = (history: readonly string[], sql: string): string[] =>
  [sql, ...history.filter((earlier) => earlier !== sql)].slice(0, kept);

function read(): string[] {
  try {
    const found: unknown = JSON.parse(sessionStorage.getItem(key) ?? '[]');
    return Array.isArray(found) ? found.filter((each) => typeof each === 'string') : [];
  } catch {
    return []; // Storage may be forbidden.
  }
}

export function useHistory() {
  const [history, setHistory] = useState(read);
  const change = (next: string[]) => {
    setHistory(next);
    try {
      sessionStorage.setItem(key, JSON.stringify(next));
    } catch {
      // Without storage it lasts as long as the page.
    }
  };
  return { history, remember: (sql: string) => change(withLatest(history, sql)), forget: () => change([]) };
}
