import { useGraphql } from '~/api/query';
import { formatCount } from '~/format/number';
import { QueryView } from '~/ui/state';
import { StackTrace } from '~/ui/stack-trace';
import { StatusBadge } from '~/ui/status';
import { Duration, Time } from '~/ui/values';
import { EventDetailDocument } from './invocation.generated';
import { Members } from './members';
import type { RunEvent, Selection } from './model';
import { Facts, Section } from './section';

export function EventInspector({ event, onSelect }: { event: RunEvent; onSelect: (selection: Selection) => void }) {
  const failed = (event.detection_error ?? event.handler_error) !== null;
  return (
    <>
      <Facts
        facts={[
          ['Status', <StatusBadge key="s" status={event.status} />],
          ['Started', <Time key="t" at={event.created_at} style="absolute" />],
          ['Detection', <Duration key="d" ms={event.detection_duration_ms} />],
          event.handler_duration_ms !== null && ['Handler', <Duration key="h" ms={event.handler_duration_ms} />],
          ['Module', event.event_module_path ?? '–'],
        ]}
      />
      {failed && <Errors key={event.status} id={event.id} />}
      {event.jobs.length > 0 && (
        <Section title={`Jobs (${formatCount(event.jobs.length)})`}>
          <Members members={{ jobs: event.jobs }} onSelect={onSelect} />
        </Section>
      )}
    </>
  );
}

/** The stacks are fetched only when the user opens them. */
function Errors({ id }: { id: string }) {
  const query = useGraphql(EventDetailDocument, { id });
  return (
    <QueryView query={query} what="Errors of the event">
      {({ event_executions_by_pk: event }) => (
        <>
          {(event?.detection_error ?? event?.detection_error_stack) && (
            <Section title="Detection error">
              <StackTrace message={event.detection_error} stack={event.detection_error_stack} />
            </Section>
          )}
          {(event?.handler_error ?? event?.handler_error_stack) && (
            <Section title="Handler error">
              <StackTrace message={event.handler_error} stack={event.handler_error_stack} />
            </Section>
          )}
        </>
      )}
    </QueryView>
  );
}
