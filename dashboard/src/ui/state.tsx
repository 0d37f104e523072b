import { CircleAlert, Inbox, KeyRound, RefreshCw, Unplug } from 'lucide-react';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { toApiError, type ApiError } from '~/api/error';
import { Button } from './button';
import styles from './state.module.css';

const errorTitles: Record<ApiError['kind'], string> = {
  network: 'The server does not answer',
  http: 'This is no GraphQL endpoint',
  unauthorized: 'The server wants to know who asks',
  query: 'The server did not understand the query',
  data: 'The query failed',
  dashboard: 'Something went wrong in the browser',
};

/** Says what failed and what to do. */
export function ErrorPanel({ error, onRetry, what }: { error: unknown; onRetry?: () => void; what?: string }) {
  const { kind, message, hint, detail } = toApiError(error);
  const Icon = kind === 'network' ? Unplug : kind === 'unauthorized' ? KeyRound : CircleAlert;
  return (
    <div className={styles.panel} data-tone="failure" role="alert">
      <Icon aria-hidden="true" />
      <div className={styles.text}>
        <p className={styles.title}>{what ? `${what}: ${errorTitles[kind].toLowerCase()}` : errorTitles[kind]}</p>
        <p className={styles.message}>{message}</p>
        <p className="muted">{hint}</p>
        {(detail.code ?? detail.path) && <p className="muted mono">{[detail.code, detail.path].filter(Boolean).join(' at ')}</p>}
        <p className={styles.actions}>
          {onRetry && (
            <Button onClick={onRetry}>
              <RefreshCw aria-hidden="true" /> Try again
            </Button>
          )}
          {(kind === 'unauthorized' || kind === 'http') && <Link to="/settings">Open settings</Link>}
        </p>
      </div>
    </div>
  );
}

/** Says that there are no rows, and how to get some. */
export function EmptyState({ title, children, action }: { title: string; children?: ReactNode; action?: ReactNode }) {
  return (
    <div className={styles.empty}>
      <Inbox aria-hidden="true" />
      <p className={styles.title}>{title}</p>
      {children && <div className={styles.hint}>{children}</div>}
      {action && <p className={styles.actions}>{action}</p>}
    </div>
  );
}

/** A note instead of data that this server does not have. */
export function Note({ children }: { children: ReactNode }) {
  return <p className={styles.note}>{children}</p>;
}

export function Skeleton({ height = 14, width = '100%' }: { height?: number; width?: number | string }) {
  return <span className={styles.skeleton} style={{ height, width }} aria-hidden="true" />;
}

interface QueryLike<T> {
  data: T | undefined;
  error: unknown;
  isPending: boolean;
  isPlaceholderData?: boolean;
  refetch(): unknown;
}

/**
 * The states of one query. If a refresh fails, the earlier data stays on the page, under a line that
 * says so.
 */
export function QueryView<T>({
  query,
  what,
  loading,
  children,
}: {
  query: QueryLike<T>;
  /** What is being fetched, as the title of an error: 'Running now'. */
  what?: string;
  loading?: ReactNode;
  children: (data: T) => ReactNode;
}) {
  if (query.data === undefined) {
    if (query.error) return <ErrorPanel error={query.error} what={what} onRetry={() => query.refetch()} />;
    return (
      <div aria-busy="true">
        {loading ?? <Skeleton height={80} />}
        <span className="visually-hidden">Loading</span>
      </div>
    );
  }
  return (
    <>
      {query.error ? <StaleNote error={query.error} onRetry={() => query.refetch()} /> : null}
      {children(query.data)}
    </>
  );
}

export function StaleNote({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  const { message } = toApiError(error);
  return (
    <p className={styles.stale} role="status">
      <CircleAlert aria-hidden="true" />
      <span className="truncate" title={message}>
        Not up to date: {message}
      </span>
      {onRetry && (
        <Button look="quiet" onClick={onRetry}>
          Try again
        </Button>
      )}
    </p>
  );
}
