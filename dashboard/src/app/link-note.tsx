import { Link2Off } from 'lucide-react';
import { plural } from '~/format/text';
import { Button } from '~/ui/button';
import { useLinkProblems, type LinkProblem } from '~/url/link-problems';
import { useUrlState } from '~/url/state';
import styles from './link-note.module.css';

/** Says which parts of the address the page could not use. */
export function LinkNote() {
  const problems = useLinkProblems();
  const url = useUrlState();
  const remove = () => {
    const names = [...new Set(problems.map(({ parameter }) => parameter))];
    const kept = (name: string) => url.getAll(name).filter((text) => !problems.some((one) => one.parameter === name && one.text === text));
    url.set(Object.fromEntries(names.map((name) => [name, kept(name)])), { replace: true });
  };
  return (
    <div role="status">
      {problems.length > 0 && (
        <div className={styles.note}>
          <Link2Off aria-hidden="true" />
          <div>
            {problems.length} {plural(problems.length, 'part')} of this link cannot be used:
            <ul>
              {problems.map((problem) => (
                <Problem key={`${problem.parameter}=${problem.text}`} problem={problem} />
              ))}
            </ul>
          </div>
          <Button look="quiet" onClick={remove}>
            Remove from the link
          </Button>
        </div>
      )}
    </div>
  );
}

const Problem = ({ problem: { parameter, text, why } }: { problem: LinkProblem }) => (
  <li>
    <code>
      {parameter}={text}
    </code>{' '}
    – {why}
  </li>
);
