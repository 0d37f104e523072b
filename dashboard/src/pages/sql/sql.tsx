import { useMutation } from '@tanstack/react-query';
import { useServerInfo, type ServerInfo } from '~/api/info';
import { useUrlState } from '~/url/state';
import { PageHeader } from '~/ui/panel';
import { EmptyState, QueryView } from '~/ui/state';
import { runSql } from './run-sql';
import { Editor } from './editor';
import { examples } from './examples';
import { useHistory } from './history';
import { Result } from './result';

export default function Sql() {
  const query = useServerInfo();
  return (
    <>
      <PageHeader title="SQL" />
      <QueryView query={query} what="The server’s features">
        {(info) => (info?.capabilities.sql ? <Console info={info} /> : <NotOffered info={info} />)}
      </QueryView>
    </>
  );
}

function NotOffered({ info }: { info: ServerInfo | null }) {
  if (!info) {
    return (
      <EmptyState title="This server does not accept SQL">
        SQL is for those who reach <code>edo serve</code> as <code>admin</code>. A Hasura, or another role, has GraphQL alone.
      </EmptyState>
    );
  }
  return (
    <EmptyState title="SQL is disabled for the central database">
      Whoever runs this server can allow it: the option <code>--allow-sql</code> of <code>edo serve</code>, after <code>edo-replicator
      migrate --roles</code>. On a local store it is always there.
    </EmptyState>
  );
}

function Console({ info }: { info: ServerInfo }) {
  const url = useUrlState();
  const { history, remember, forget } = useHistory();
  const result = useMutation({ mutationFn: (sql: string) => runSql(sql) });
  const run = (sql: string) => {
    url.set({ sql }, { replace: true });
    remember(sql);
    result.mutate(sql);
  };
  return (
    <>
      <Editor
        initial={url.get('sql') ?? history[0] ?? examples[0]!.sql}
        backend={info.backend}
        history={history}
        running={result.isPending}
        onRun={run}
        onForget={forget}
      />
      <Result result={result} />
    </>
  );
}
