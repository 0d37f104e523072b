import { X } from 'lucide-react';
import { nameText } from '~/format/text';
import { useGraphql } from '~/api/query';
import { useRange } from '~/url/range-context';
import { useUrlState } from '~/url/state';
import { choiceProblem, useReportedProblems } from '~/url/link-problems';
import { usePrevious } from '~/periods/use-previous';
import { Button } from '~/ui/button';
import { Segmented } from '~/ui/field';
import { PageHeader } from '~/ui/panel';
import { QueryView, Skeleton } from '~/ui/state';
import { Comparison } from './comparison';
import { dimensionOf, dimensions, whereOf, type Dimension } from './dimensions';
import { Errors } from './error-list';
import { HeatMap } from './heat-map';
import { runsByName } from '~/domain/runs';
import { Trends } from './trends';
import styles from './analytics.module.css';

const choices = (Object.keys(dimensions) as Dimension[]).map((value) => ({ value, label: dimensions[value].title }));

export default function Analytics() {
  const url = useUrlState();
  const dimension = dimensionOf(url.get('by'));
  useReportedProblems([choiceProblem('by', url.get('by'), choices.map(({ value }) => value))]);
  const name = url.get('name');
  return (
    <>
      <PageHeader title="Analytics">
        {name !== undefined && (
          <Button onClick={() => url.set({ name: null })}>
            <span className={`${styles.chosen} truncate`}>{nameText(name)}</span> <X aria-label="Show all" />
          </Button>
        )}
        <Segmented label="Analyse by" value={dimension} options={choices} onChange={(by) => url.set({ by: by === 'function' ? null : by, name: null })} />
      </PageHeader>
      <Figures key={dimension} dimension={dimension} name={name} />
      <div className={styles.pair}>
        <Errors />
        <HeatMap />
      </div>
    </>
  );
}

function Figures({ dimension, name }: { dimension: Dimension; name: string | undefined }) {
  const { where } = useRange();
  const { runs } = dimensions[dimension];
  const before = usePrevious();
  const now = useGraphql(runs, { where: whereOf(dimension, undefined, where) });
  const earlier = useGraphql(runs, { where: whereOf(dimension, undefined, before.where) }, { enabled: before.covered === true });
  return (
    <QueryView query={now} what={dimensions[dimension].title} loading={<Skeleton height={420} />}>
      {(data) => {
        const rows = runsByName(data.runs.group_by);
        const shown = name === undefined ? rows : rows.filter((row) => row.name === name);
        const total = shown.reduce((sum, row) => sum + row.runs, 0);
        return (
          <>
            <Trends dimension={dimension} name={name} total={total} />
            <Comparison
              dimension={dimension}
              name={name}
              rows={rows}
              before={before.covered === true && earlier.data && !earlier.isPlaceholderData ? runsByName(earlier.data.runs.group_by) : undefined}
              period={before}
            />
          </>
        );
      }}
    </QueryView>
  );
}
