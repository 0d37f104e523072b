import { Link } from 'react-router';
import { useLink } from '~/url/state';
import { StackTrace } from '~/ui/stack-trace';
import { StatusBadge } from '~/ui/status';
import { Duration, Id, Time } from '~/ui/values';
import type { Invocation } from './model';
import { Facts, JsonSection, Section } from './section';

/** The source event of the invocation. */
export function SourceInspector({ invocation }: { invocation: Invocation }) {
  const link = useLink();
  const { source_job_execution: job } = invocation;
  return (
    <>
      <Facts
        facts={[
          ['Operation', invocation.source_operation ?? '–'],
          ['Table', invocation.source_table ?? '–'],
          ['System', invocation.source_system ?? '–'],
          ['Happened', <Time key="t" at={invocation.source_event_time} style="absolute" />],
          ['Event id', <Id key="i" id={invocation.source_event_id} />],
          ['User', invocation.source_user_email ?? '–'],
          ['Role', invocation.source_user_role ?? '–'],
          job && [
            'By job',
            <Link key="j" to={link(`/invocations/${job.invocation_id}`, { sel: `job-${job.id}` })}>
              {job.job_name} in {job.invocation?.source_function ?? 'another invocation'}
            </Link>,
          ],
        ]}
      />
      <JsonSection title="Payload" value={invocation.source_event_payload} openDepth={4} />
    </>
  );
}

export function InvocationInspector({ invocation }: { invocation: Invocation }) {
  const { error_message, error_stack } = invocation;
  return (
    <>
      <Facts
        facts={[
          ['Status', <StatusBadge key="s" status={invocation.status} />],
          ['Started', <Time key="t" at={invocation.created_at} style="absolute" />],
          ['Ended', <Time key="e" at={invocation.completed_at} style="absolute" />],
          ['Duration', <Duration key="d" ms={invocation.total_duration_ms} />],
          ['Modules', invocation.event_modules_directory ?? '–'],
          ['Loaded automatically', invocation.auto_load_modules === null ? '–' : invocation.auto_load_modules ? 'yes' : 'no'],
        ]}
      />
      {(error_message ?? error_stack) && (
        <Section title="Error">
          <StackTrace message={error_message} stack={error_stack} />
        </Section>
      )}
      <JsonSection title="Context" value={invocation.context_data} />
    </>
  );
}
