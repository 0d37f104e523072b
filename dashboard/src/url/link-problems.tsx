import { createContext, useCallback, useContext, useEffect, useId, useMemo, useState, type ReactNode } from 'react';

/** A part of the address that a page cannot use. The page ignores it, and the shell says so. */
export interface LinkProblem {
  parameter: string;
  /** Its value in the address. */
  text: string;
  /** 'abc is not a duration' */
  why: string;
}

interface Problems {
  listed: readonly LinkProblem[];
  report(reporter: string, problems: readonly LinkProblem[]): void;
}

const ProblemsContext = createContext<Problems>({ listed: [], report: () => {} });

export function LinkProblemsProvider({ children }: { children: ReactNode }) {
  const [byReporter, setByReporter] = useState<Readonly<Record<string, readonly LinkProblem[]>>>({});
  const report = useCallback((reporter: string, problems: readonly LinkProblem[]) => {
    setByReporter((before) => {
      if (problems.length === 0 && !(reporter in before)) return before;
      const others = Object.fromEntries(Object.entries(before).filter(([key]) => key !== reporter));
      return problems.length === 0 ? others : { ...others, [reporter]: problems };
    });
  }, []);
  const value = useMemo(() => ({ listed: Object.values(byReporter).flat(), report }), [byReporter, report]);
  return <ProblemsContext value={value}>{children}</ProblemsContext>;
}

/** What is wrong with the address now. */
export const useLinkProblems = () => useContext(ProblemsContext).listed;

/** Reports what the caller could not use, as long as it is shown. */
export function useReportedProblems(problems: readonly (LinkProblem | undefined)[]) {
  const { report } = useContext(ProblemsContext);
  const reporter = useId();
  const key = JSON.stringify(problems.filter((problem) => problem !== undefined));
  useEffect(() => {
    report(reporter, JSON.parse(key) as LinkProblem[]);
    return () => report(reporter, []);
  }, [report, reporter, key]);
}

/** A parameter that is one of several words. */
export function choiceProblem(parameter: string, text: string | undefined, choices: readonly string[]): LinkProblem | undefined {
  if (text === undefined || choices.includes(text)) return undefined;
  return { parameter, text, why: `it is one of ${choices.join(', ')}` };
}

/** ?sort=-name: a column, with a minus for the largest first. */
export function sortProblem(text: string | undefined, columns: readonly string[]): LinkProblem | undefined {
  if (text === undefined || columns.includes(text.replace(/^-/, ''))) return undefined;
  return { parameter: 'sort', text, why: 'no such column, or it cannot be sorted by' };
}
