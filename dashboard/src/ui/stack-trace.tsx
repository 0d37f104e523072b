import { useMemo, useState } from 'react';
import { plural } from '~/format/text';
import { parseStack, type StackFrame, type StackPart } from './stack';
import { AnsiText } from './ansi-text';
import { CopyButton } from './values';
import styles from './stack-trace.module.css';

/** A stack trace. Own code is highlighted, frames of libraries are folded, and causes follow. */
export function StackTrace({ message, stack }: { message: string | null | undefined; stack: string | null | undefined }) {
  const parts = useMemo(() => parseStack(stack ?? message ?? ''), [stack, message]);
  const hidden = message && stack && !stack.includes(message.split('\n', 1)[0]!);
  return (
    <div className={styles.error}>
      <div className={styles.copy}>
        <CopyButton label="Copy the error" text={stack ?? message ?? ''} />
      </div>
      {hidden && (
        <p className={styles.title}>
          <AnsiText text={message} />
        </p>
      )}
      {parts.map((part, index) => (
        <Part key={index} part={part} cause={index > 0} />
      ))}
    </div>
  );
}

function Part({ part, cause }: { part: StackPart; cause: boolean }) {
  const [whole, setWhole] = useState(false);
  const libraries = part.frames.filter((frame) => frame.library).length;
  const folded = !whole && libraries > 0 && libraries < part.frames.length;
  const shown: readonly StackFrame[] = folded ? part.frames.filter((frame) => !frame.library) : part.frames;
  return (
    <div className={styles.part}>
      <p className={styles.title}>
        {cause && <span className={styles.cause}>Caused by </span>}
        <AnsiText text={part.title} />
      </p>
      {shown.length > 0 && (
        <ol className={styles.frames}>
          {shown.map((frame, index) => (
            <li key={index} data-library={frame.library || undefined}>
              <AnsiText text={frame.text} />
            </li>
          ))}
        </ol>
      )}
      {folded && (
        <button type="button" className={styles.more} onClick={() => setWhole(true)}>
          {libraries} {plural(libraries, 'frame')} of libraries
        </button>
      )}
    </div>
  );
}
