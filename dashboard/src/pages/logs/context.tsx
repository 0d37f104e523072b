import { Link } from 'react-router';
import { nameText } from '~/format/text';
import { AnsiText } from '~/ui/ansi-text';
import { useGraphql } from '~/api/query';
import { Moment } from '~/logs/log-lines';
import { LogPageDocument } from '~/logs/logs.generated';
import { keysetOrderBy } from '~/api/keyset';
import { inSequence, type LogLine } from '~/logs/query';
import { QueryView, Skeleton } from '~/ui/state';
import styles from './logs.module.css';

const around = 5;

/** The lines of the same job just before and after a line. */
export function LogContext({ line, href }: { line: LogLine; href: string }) {
  const where = { job_execution_id: { _eq: line.job_execution_id }, sequence: { _gte: line.sequence - around, _lte: line.sequence + around } };
  const query = useGraphql(LogPageDocument, { where, order_by: keysetOrderBy(inSequence), limit: 2 * around + 1 });
  return (
    <div>
      <p className={styles.contextHead}>
        <span className="muted">In its job</span>
        <Link to={href}>{nameText(line.job_execution?.job_name ?? 'Open the job')}</Link>
      </p>
      <QueryView query={query} what="Lines around" loading={<Skeleton height={60} />}>
        {({ job_logs }) => (
          <ol className={styles.context}>
            {job_logs.map((other) => (
              <li key={other.id} data-level={other.level} aria-current={other.id === line.id || undefined}>
                <Moment at={other.created_at} zero={job_logs[0]!.created_at} />
                <span className={styles.contextLevel}>{other.level}</span>
                <span className={styles.contextMessage}>
                  <AnsiText text={other.message} />
                </span>
              </li>
            ))}
          </ol>
        )}
      </QueryView>
    </div>
  );
}
