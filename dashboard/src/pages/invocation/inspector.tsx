import { X } from 'lucide-react';
import { useEffect, useRef, type ReactNode } from 'react';
import { nameText } from '~/format/text';
import { IconButton } from '~/ui/button';
import { EmptyState } from '~/ui/state';
import { EventInspector } from './event-inspector';
import type { Graph } from './graph';
import { JobInspector } from './job-inspector';
import { Members } from './members';
import { selectionText, type Run, type Selection } from './model';
import { InvocationInspector, SourceInspector } from './source-inspector';
import styles from './inspector.module.css';

interface InspectorProps {
  run: Run;
  graph: Graph;
  now: number;
  selection: Selection;
  onSelect: (selection: Selection | undefined) => void;
}

/** The details of the selection. */
export function Inspector({ run, graph, now, selection, onSelect }: InspectorProps) {
  const box = useRef<HTMLElement>(null);
  const text = selectionText(selection);
  useEffect(() => {
    // On a narrow screen it is below the diagrams, so scroll to it; a wide screen does not move.
    box.current?.scrollIntoView({ block: 'nearest' });
    box.current?.querySelector('[data-scroller]')?.scrollTo({ top: 0 });
  }, [text]);
  const { kind, title, body } = contentOf({ run, graph, now, selection, onSelect });
  return (
    <aside ref={box} className={styles.inspector} aria-label="What is selected">
      <header className={styles.head}>
        <div className={styles.what}>
          <p className={styles.kind}>{kind}</p>
          <h2>{title}</h2>
        </div>
        <IconButton label="Close" onClick={() => onSelect(undefined)}>
          <X />
        </IconButton>
      </header>
      <div className={styles.body} data-scroller="">
        {body}
      </div>
    </aside>
  );
}

function contentOf({ run, graph, now, selection, onSelect }: InspectorProps): { kind: string; title: string; body: ReactNode } {
  const gone = (kind: string) => ({ kind, title: 'Not here', body: <EmptyState title="This invocation has no such row" /> });
  switch (selection.kind) {
    case 'source':
      return { kind: 'Source', title: run.invocation.source_table ?? run.invocation.source_system ?? 'Source', body: <SourceInspector invocation={run.invocation} /> };
    case 'invocation':
      return { kind: 'Invocation', title: nameText(run.invocation.source_function), body: <InvocationInspector invocation={run.invocation} /> };
    case 'undetected':
      return { kind: 'Events', title: 'Not detected', body: <Members members={{ events: run.undetected.map((event) => ({ ...event, jobs: [] })) }} onSelect={onSelect} /> };
    case 'event': {
      const event = run.eventOf.get(selection.id);
      if (!event) return gone('Event');
      return { kind: 'Event', title: nameText(event.event_name), body: <EventInspector key={event.id} event={event} onSelect={onSelect} /> };
    }
    case 'job': {
      const job = run.jobOf.get(selection.id);
      if (!job) return gone('Job');
      return { kind: 'Job', title: nameText(job.job_name), body: <JobInspector key={job.id} run={run} job={job} now={now} onSelect={onSelect} /> };
    }
    case 'fold': {
      const members = graph.folds.get(selection.id);
      if (!members) return gone('Several');
      return { kind: 'Group', title: selection.id.split('/').at(-1)!.replaceAll(':', ', ').replaceAll('_', ' '), body: <Members members={members} onSelect={onSelect} /> };
    }
  }
}
