'use strict';
// Connects chains: the row that a job writes causes the next event, and so the next invocation. The
// job leaves a tracking token in the row's `updated_by` column, where the next invocation reads it. The rules are those of edo/tracking.hpp.

const kUuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const kMaxId = 255; // characters of an id that is not a UUID

// Each list in the order in which its names count.
const kTokenColumns = ['updatedby', 'updated_by'];
const kIdKeys = ['correlation_id', 'trace_id', 'request_id', 'workflow_id'];
const kJsonColumns = ['metadata', 'data', 'properties', 'attributes'];
const kSessionVariables = ['x-correlation-id', 'x-request-id', 'x-trace-id'];

const isUuid = (text) => typeof text === 'string' && kUuid.test(text);

// "source|correlationId|jobExecutionId", or "source|correlationId" if no job is given. Pipes in the
// source become '_'. Throws TypeError if an id is not a UUID.
function buildToken(source, correlationId, jobExecutionId) {
  const parts = [String(source).replaceAll('|', '_'), uuid('correlation id', correlationId)];
  if (jobExecutionId) parts.push(uuid('job execution id', jobExecutionId));
  return parts.join('|');
}

function uuid(name, text) {
  if (!isUuid(text))
    throw new TypeError(`build a tracking token: the ${name} '${String(text).slice(0, 100)}' is not a UUID`);
  return text.toLowerCase();
}

// {source, correlationId, jobExecutionId?}, or null if the text is not a token, for example if a
// person wrote the row. A third part that is not a UUID is omitted; the chain is still known.
function parseToken(text) {
  if (typeof text !== 'string') return null;
  const [source, correlationId, job, ...more] = text.split('|', 4);
  if (!isUuid(correlationId) || more.length > 0) return null;
  const token = { source, correlationId: correlationId.toLowerCase() };
  if (isUuid(job)) token.jobExecutionId = job.toLowerCase();
  return token;
}

// Where an invocation comes from: {correlationId?, sourceJobId?}. The first of these counts: a token
// or a UUID in the row's `updatedby` or `updated_by`; the row's column `field`, a token or the id
// itself; an id in one of the row's columns of that name, or of its JSON columns, which may be objects
// or their text; a session variable. Never throws.
function chainOrigin(hasuraEvent, { field } = {}) {
  try {
    const { data, session_variables: variables } = hasuraEvent?.event ?? {};
    return findOrigin(data?.new ?? {}, variables, field);
  } catch {
    return {}; // an invalid payload has no origin
  }
}

function findOrigin(row, sessionVariables, field) {
  for (const column of [...kTokenColumns, field]) {
    const token = parseToken(row[column]);
    if (token) return { correlationId: token.correlationId, sourceJobId: token.jobExecutionId };
    if (isUuid(row[column])) return { correlationId: idOf(row[column]) };
  }
  const correlationId =
    idOf(row[field]) ??
    firstId([row, ...kJsonColumns.map((column) => objectOf(row[column]))], kIdKeys) ??
    firstId([sessionVariables], kSessionVariables);
  return { correlationId };
}

// The object that is in a JSON column, or whose text is in a column of text.
function objectOf(value) {
  if (typeof value !== 'string' || !value.startsWith('{')) return value;
  try {
    return JSON.parse(value);
  } catch {
    return undefined;
  }
}

// For each name in its order, the first place that has an id under it. Names count whatever the case
// of their letters, as those of headers do.
function firstId(places, names) {
  const found = places.map(lowerCaseKeys);
  for (const name of names) {
    for (const place of found) {
      const id = idOf(place.get(name));
      if (id !== undefined) return id;
    }
  }
  return undefined;
}

function lowerCaseKeys(object) {
  if (typeof object !== 'object' || object === null) return new Map();
  return new Map(Object.entries(object).map(([key, value]) => [key.toLowerCase(), value]));
}

function idOf(value) {
  if (typeof value !== 'string' || value === '' || value.length > kMaxId) return undefined;
  return isUuid(value) ? value.toLowerCase() : value;
}

module.exports = { buildToken, parseToken, chainOrigin, isUuid };
