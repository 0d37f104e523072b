import { useTail as useRows, type Arrived as ArrivedRows } from '~/api/tail';
import type { Where } from '~/filters/compile';
import type { Invocation } from './columns';
import { InvocationPageDocument, InvocationTailDocument, type InvocationPageQuery, type InvocationTailSubscription } from './invocations.generated';

export { merged, withArrived } from '~/api/tail';
export type Arrived = ArrivedRows<Invocation>;

const streamed = (result: InvocationTailSubscription): readonly Invocation[] => result.invocations_stream;
const paged = (result: InvocationPageQuery): readonly Invocation[] => result.invocations;

/** Every invocation that begins or changes from now on. */
export const useTail = (enabled: boolean, where: readonly Where[]) =>
  useRows({ enabled, where, column: 'updated_at', stream: InvocationTailDocument, streamed, page: InvocationPageDocument, paged });
