import { Download } from 'lucide-react';
import { jsonText, type Json } from '~/api/json';
import { download } from '~/format/export';
import { Button } from '~/ui/button';
import { JsonViewer } from '~/ui/json-viewer';
import type { Invocation } from './model';
import { documentHeight } from './document-height';
import styles from './invocation.module.css';

/** The rows as the server sent them. */
export function Raw({ invocation }: { invocation: Invocation }) {
  return (
    <div className={styles.box}>
      <div className={styles.bar}>
        <span className="muted">As the server gave it</span>
        <span className={styles.push} />
        <Button onClick={() => download(`invocation-${invocation.id}.json`, 'application/json', jsonText(invocation, 2))}>
          <Download aria-hidden="true" /> Save
        </Button>
      </div>
      <div className={styles.document}>
        <JsonViewer label="Invocation" value={invocation as unknown as Json} openDepth={1} maxHeight={documentHeight} />
      </div>
    </div>
  );
}
