import { formatCount } from '~/format/number';
import type { LinkProblem } from '~/url/link-problems';
import styles from './logs.module.css';

export const levels = ['debug', 'info', 'warn', 'error'] as const;
export type Level = (typeof levels)[number];

/** Levels from 'warn,error'; none chosen means all. */
export const levelsFrom = (text: string | undefined): Level[] => levels.filter((level) => text?.split(',').includes(level));

export function levelProblem(text: string | undefined): LinkProblem | undefined {
  const unknown = text?.split(',').find((level) => !(levels as readonly string[]).includes(level));
  return unknown === undefined ? undefined : { parameter: 'level', text: text!, why: `a level is one of ${levels.join(', ')}` };
}

export const levelWhere = (chosen: readonly Level[]) => (chosen.length === 0 ? [] : [{ level: { _in: chosen } }]);

export function LevelFilter({ chosen, onChange, counts }: {
  chosen: readonly Level[];
  onChange: (chosen: Level[]) => void;
  counts?: Partial<Record<Level, number>>;
}) {
  return (
    <div className={styles.levels} role="group" aria-label="Levels">
      {levels.map((level) => {
        const on = chosen.includes(level);
        return (
          <button
            key={level}
            type="button"
            aria-pressed={on}
            data-level={level}
            onClick={() => onChange(on ? chosen.filter((other) => other !== level) : [...chosen, level])}
          >
            {level}
            {counts?.[level] !== undefined && <span className="numeric">{formatCount(counts[level])}</span>}
          </button>
        );
      })}
    </div>
  );
}
