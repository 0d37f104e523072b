import { BookOpen, History, Play } from 'lucide-react';
import { useState, type KeyboardEvent } from 'react';
import type { ServerInfo } from '~/api/info';
import { Button } from '~/ui/button';
import { Panel } from '~/ui/panel';
import { MenuItem, Popover, PopoverClose } from '~/ui/popover';
import { examples } from './examples';
import styles from './sql.module.css';

const isMac = /Mac|iPhone|iPad/.test(navigator.userAgent);

interface EditorProps {
  initial: string;
  backend: ServerInfo['backend'];
  history: readonly string[];
  running: boolean;
  onRun: (sql: string) => void;
  onForget: () => void;
}

export function Editor({ initial, backend, history, running, onRun, onForget }: EditorProps) {
  const [sql, setSql] = useState(initial);
  const run = (text: string) => {
    if (text.trim() !== '' && !running) onRun(text.trim());
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Enter' || !(event.metaKey || event.ctrlKey)) return;
    event.preventDefault();
    run(sql);
  };
  const choose = (text: string) => {
    setSql(text);
    run(text);
  };
  return (
    <Panel flush>
      <textarea
        className={styles.editor}
        aria-label="SQL statement"
        value={sql}
        rows={Math.min(16, Math.max(5, sql.split('\n').length + 1))}
        spellCheck={false}
        autoCapitalize="off"
        autoComplete="off"
        onChange={(event) => setSql(event.target.value)}
        onKeyDown={onKeyDown}
      />
      <div className={styles.bar}>
        <Button look="primary" disabled={running || sql.trim() === ''} onClick={() => run(sql)}>
          <Play aria-hidden="true" /> Run <kbd className={styles.key}>{isMac ? '⌘' : 'Ctrl'} ↵</kbd>
        </Button>
        <Popover
          label="Examples"
          trigger={
            <Button>
              <BookOpen aria-hidden="true" /> Examples
            </Button>
          }
        >
          {examples.map((example) => (
            <PopoverClose asChild key={example.title}>
              <MenuItem onSelect={() => choose(example.sql)}>{example.title}</MenuItem>
            </PopoverClose>
          ))}
        </Popover>
        <Popover
          label="History"
          trigger={
            <Button disabled={history.length === 0}>
              <History aria-hidden="true" /> History
            </Button>
          }
        >
          <div className={styles.history}>
            {history.map((earlier) => (
              <PopoverClose asChild key={earlier}>
                <MenuItem onSelect={() => setSql(earlier)}>
                  <span className="mono" title={earlier}>{earlier.replace(/\s+/g, ' ')}</span>
                </MenuItem>
              </PopoverClose>
            ))}
          </div>
          <PopoverClose asChild>
            <MenuItem onSelect={onForget}>Delete history</MenuItem>
          </PopoverClose>
        </Popover>
        <span className={styles.remark}>
          {backend === 'sqlite' ? 'The local store, in SQLite’s SQL' : 'The central database, in PostgreSQL’s SQL'} · one read-only statement ·
          at most 10 s and 1000 rows
        </span>
      </div>
    </Panel>
  );
}
