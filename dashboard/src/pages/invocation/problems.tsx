import { CircleAlert } from 'lucide-react';
import { useState } from 'react';
import { formatCount } from '~/format/number';
import { firstLine, nameText, plural } from '~/format/text';
import { StatusBadge } from '~/ui/status';
import type { Problem, Selection } from './model';
import styles from './problems.module.css';

const few = 3;
const most = 50;

/** The problems of the invocation. */
export function Problems({ problems, onSelect }: { problems: readonly Problem[]; onSelect: (selection: Selection) => void }) {
  const [all, setAll] = useState(false);
  const shown = problems.slice(0, all ? most : few);
  const rest = problems.length - shown.length;
  return (
    <section className={styles.problems} aria-label="What went wrong">
      <ul>
        {shown.map((problem, index) => (
          <li key={index}>
            <button type="button" className={styles.problem} onClick={() => problem.selection && onSelect(problem.selection)}>
              <CircleAlert aria-hidden="true" />
              <strong>
                {nameText(problem.what)}
                {problem.count > 1 && ` × ${formatCount(problem.count)}`}
              </strong>
              <span className={styles.message} title={problem.message}>
                {firstLine(problem.message)}
              </span>
              <StatusBadge status={problem.status} />
            </button>
          </li>
        ))}
      </ul>
      {rest > 0 &&
        (all ? (
          <p className={styles.rest}>
            {formatCount(rest)} more {plural(rest, 'failure')}: see the jobs, sorted by status.
          </p>
        ) : (
          <button type="button" className={styles.more} onClick={() => setAll(true)}>
            {formatCount(rest)} more
          </button>
        ))}
    </section>
  );
}
