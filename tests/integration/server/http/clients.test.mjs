// The clients that people have, each with its real package, against `edo serve` on a real store.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { ApolloClient, HttpLink, InMemoryCache, gql } from '@apollo/client';
import { GraphQLWsLink } from '@apollo/client/link/subscriptions';
import { generate } from '@graphql-codegen/cli';
import { Client, cacheExchange, fetchExchange, subscriptionExchange } from '@urql/core';
import { buildClientSchema, getIntrospectionQuery, lexicographicSortSchema, validateSchema } from 'graphql';
import { createClient } from 'graphql-ws';
import WebSocket from 'ws';

import { Server } from '../support/server.mjs';

const edo = process.env.EDO;
const folder = mkdtempSync(path.join(tmpdir(), 'edo-clients-'));
const store = path.join(folder, 'demo.db');
const secret = { 'x-hasura-admin-secret': 's3cret' };
let server;

before(async () => {
  execFileSync(edo, ['demo', '--store', store, '--invocations', '40', '--seed', '7']);
  server = await Server.start(edo, ['serve', '--store', store, '--listen', '127.0.0.1:0', '--live-interval', '100ms'], {
    EDO_ADMIN_SECRET: 's3cret',
  });
});
after(async () => {
  await server?.stop();
  rmSync(folder, { recursive: true });
});

const socketClient = () =>
  createClient({ url: server.socket, webSocketImpl: WebSocket, connectionParams: { headers: secret } });

const recent = `query Recent($limit: Int!) {
  invocations(limit: $limit, order_by: { created_at: desc }) {
    id source_function status
    event_executions { event_name job_executions { job_name status } }
  }
}`;
const live = 'subscription { invocations_aggregate { aggregate { count } } }';

// Another program records while the client listens.
const record = (seed) =>
  execFileSync(edo, ['demo', '--store', store, '--invocations', '5', '--seed', String(seed)]);

test('Apollo Client: a query from its cache, and a subscription', async () => {
  const client = new ApolloClient({
    link: new HttpLink({ uri: server.graphql, headers: secret }),
    cache: new InMemoryCache(),
  });
  const { data } = await client.query({ query: gql(recent), variables: { limit: 3 } });
  assert.equal(data.invocations.length, 3);
  assert.equal(data.invocations[0].__typename, 'invocations');
  const cached = client.readQuery({ query: gql(recent), variables: { limit: 3 } });
  assert.deepEqual(cached, data);
  await assert.rejects(client.query({ query: gql('{ nonsense }') }), /nonsense/);

  const sockets = socketClient();
  const subscriber = new ApolloClient({ link: new GraphQLWsLink(sockets), cache: new InMemoryCache() });
  const counts = [];
  await new Promise((resolve, reject) => {
    const subscription = subscriber.subscribe({ query: gql(live) }).subscribe({
      next(result) {
        counts.push(result.data.invocations_aggregate.aggregate.count);
        if (counts.length === 1) record(11);
        if (counts.at(-1) >= counts[0] + 5) {
          subscription.unsubscribe();
          resolve();
        }
      },
      error: reject,
    });
  });
  await sockets.dispose();
});

test('urql: a query, an error and a subscription', async () => {
  const sockets = socketClient();
  const client = new Client({
    url: server.graphql,
    fetchOptions: { headers: secret },
    preferGetMethod: false,
    exchanges: [
      cacheExchange,
      fetchExchange,
      subscriptionExchange({
        forwardSubscription: (request) => ({
          subscribe: (sink) => ({ unsubscribe: sockets.subscribe({ ...request, query: request.query ?? '' }, sink) }),
        }),
      }),
    ],
  });
  const { data, error } = await client.query(recent, { limit: 2 }).toPromise();
  assert.equal(error, undefined);
  assert.equal(data.invocations.length, 2);
  const failed = await client.query('{ nonsense }', {}).toPromise();
  assert.match(failed.error.message, /nonsense/);
  const counted = await new Promise((resolve) => {
    const { unsubscribe } = client.subscription(live, {}).subscribe((result) => {
      setImmediate(() => unsubscribe());
      resolve(result);
    });
  });
  assert.ok(counted.data.invocations_aggregate.aggregate.count >= 40);
  await sockets.dispose();
});

test('urql over GET', async () => {
  const client = new Client({
    url: server.graphql,
    fetchOptions: { headers: secret },
    preferGetMethod: 'force',
    exchanges: [fetchExchange],
  });
  const { data } = await client.query(recent, { limit: 1 }).toPromise();
  assert.equal(data.invocations.length, 1);
});

test('graphql-js understands and accepts the whole schema', async () => {
  const { data } = await server.query(getIntrospectionQuery({ inputValueDeprecation: true }), { headers: secret });
  const schema = lexicographicSortSchema(buildClientSchema(data));
  assert.deepEqual(validateSchema(schema), []);
  assert.ok(schema.getQueryType().getFields().invocations_by_pk);
});

test('graphql-codegen generates types from it', async () => {
  const [types] = await generate(
    {
      schema: { [server.graphql]: { headers: secret } },
      documents: [recent, live.replace('subscription', 'subscription Live')],
      generates: { [path.join(folder, 'types.ts')]: { plugins: ['typescript', 'typescript-operations'] } },
      // From here, wherever the test is started.
      pluginLoader: (name) => import(name),
      silent: true,
      errorsOnly: true,
    },
    false,
  );
  assert.match(types.content, /export type RecentQuery = /);
  assert.match(types.content, /export type LiveSubscription = /);
  assert.match(types.content, /source_function/);
});
