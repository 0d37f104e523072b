import { useRange } from '~/url/range-context';
import { PageHeader } from '~/ui/panel';
import { Charts } from './charts';
import { Health } from './health';
import { Jobs } from './jobs';
import { RecentFailures, RunningNow } from './lists';
import { Totals } from './totals';
import styles from './overview.module.css';

export default function Overview() {
  const { where } = useRange();
  const range = { created_at: where };
  return (
    <>
      <PageHeader title="Overview" />
      <Totals range={range} />
      <Charts />
      <div className={styles.columns}>
        <Jobs range={range} />
        <RunningNow />
      </div>
      <div className={styles.columns}>
        <RecentFailures range={range} />
        <Health />
      </div>
    </>
  );
}
