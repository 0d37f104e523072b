// GraphiQL on the server's own /v1/graphql. Headers, such as x-hasura-admin-secret, are entered in its
// Headers tab; subscriptions send them with connection_init.
import 'graphiql/setup-workers/vite';
import 'graphiql/style.css';

import { createGraphiQLFetcher } from '@graphiql/toolkit';
import { GraphiQL } from 'graphiql';
import { createClient } from 'graphql-ws';
import React from 'react';
import { createRoot } from 'react-dom/client';

const url = new URL('/v1/graphql', window.location.href);
const socketUrl = new URL(url);
socketUrl.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';

// A fetcher for each request, since the headers of a WebSocket are those it was opened with.
function fetcher(parameters, options) {
  const headers = options?.headers ?? {};
  return createGraphiQLFetcher({
    url: url.href,
    wsClient: createClient({ url: socketUrl.href, connectionParams: { headers } }),
  })(parameters, options);
}

const example = `# Recent invocations with what happened in them
query RecentInvocations {
  invocations(limit: 10, order_by: { created_at: desc }) {
    id
    source_function
    created_at
    total_duration_ms
    event_executions {
      event_name
      detected
      job_executions {
        job_name
        status
        duration_ms
      }
    }
  }
}
`;

createRoot(document.getElementById('graphiql')).render(
  <GraphiQL fetcher={fetcher} defaultQuery={example} shouldPersistHeaders={false} />,
);
