import { useRef } from 'react';
import { useLive } from '~/api/live';
import { useGraphql } from '~/api/query';
import { InvocationDetailDocument, InvocationPulseDocument } from './invocation.generated';
import type { Invocation } from './model';

const isRunning = (invocation: Invocation) =>
  invocation.status === 'running' || invocation.job_executions.some(({ status }) => status === 'running');

/** One invocation. While it runs, it is fetched again whenever it changes. */
export function useInvocation(id: string) {
  const query = useGraphql(InvocationDetailDocument, { id });
  const invocation = query.data?.invocations_by_pk;
  const running = invocation ? isRunning(invocation) : false;
  const reading = useRef<'no' | 'yes' | 'again'>('no');

  const { refetch } = query;
  // A change that arrives during a fetch may be missing in its result.
  const read = async () => {
    if (reading.current !== 'no') {
      reading.current = 'again';
      return;
    }
    do {
      reading.current = 'yes';
      await refetch();
    } while ((reading.current as string) === 'again');
    reading.current = 'no';
  };

  const live = useLive({
    enabled: running,
    key: id,
    document: InvocationPulseDocument,
    variables: () => ({ id }),
    onData: () => void read(),
    poll: read,
  });
  return { query, running, live };
}
