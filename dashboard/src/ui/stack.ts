/** A line of a stack trace. */
export interface StackFrame {
  text: string;
  /** Code of a runtime or a library, which rarely contains the error. */
  library: boolean;
}

/** An error and where it was thrown; the errors that caused it follow. */
export interface StackPart {
  title: string;
  frames: readonly StackFrame[];
}

const causeMark = /^\s*(?:\[cause\]:|Caused by:)\s*/i;
const frameMark = /^\s*(?:at\s|File "|#\d+\s)/;
const libraryMark = /node_modules\/|\bnode:|<anonymous>|\/usr\/lib\/|site-packages\//;

/** Parses a stack as JavaScript and most other languages print it. A line that is not a frame belongs to the title. */
export function parseStack(stack: string): StackPart[] {
  const parts: { title: string; frames: StackFrame[] }[] = [];
  for (const raw of stack.split('\n')) {
    // Node prints a cause within braces after the last frame.
    const line = raw.replace(/\s*\{$/, '').trimEnd();
    const last = parts.at(-1);
    if (line.trim() === '' || line.trim() === '}') continue;
    if (frameMark.test(line) && last) last.frames.push({ text: line.trim(), library: libraryMark.test(line) });
    else if (!last || causeMark.test(line)) parts.push({ title: line.replace(causeMark, '').trim(), frames: [] });
    else if (last.frames.length === 0) last.title += `\n${line}`;
    else last.frames.push({ text: line.trim(), library: false });
  }
  return parts;
}
