import { JsonViewer } from '~/ui/json-viewer';
import { EmptyState } from '~/ui/state';
import type { Invocation } from './model';
import { documentHeight } from './document-height';
import styles from './invocation.module.css';

/** The context that the host recorded. */
export function Context({ invocation: { context_data } }: { invocation: Invocation }) {
  return (
    <div className={styles.box}>
      {context_data === null ? (
        <EmptyState title="No context was recorded">A host can add data that identifies a run: request id, region, version.</EmptyState>
      ) : (
        <div className={styles.document}>
          <JsonViewer label="Context" value={context_data} openDepth={4} maxHeight={documentHeight} />
        </div>
      )}
    </div>
  );
}
