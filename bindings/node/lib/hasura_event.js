'use strict';
// What the row of an invocation says about the Hasura event that caused it. Payloads come from
// outside, so any part of one may be missing or of another type than Hasura documents.

// The fields of Recorder.startInvocation() that the event and the options of listenTo() tell.
function describeEvent(hasuraEvent, options = {}) {
  const event = objectOf(hasuraEvent.event);
  const session = lowerCaseKeys(event.session_variables);
  return {
    sourceFunction:
      text(options.sourceFunction) ??
      text(options.context?.functionName) ??
      text(hasuraEvent.trigger?.name) ??
      'unknown',
    sourceTable: tableOf(hasuraEvent.table),
    sourceOperation: text(event.op) ?? 'MANUAL',
    sourceSystem: 'hasura',
    sourceEventId: text(hasuraEvent.id),
    sourceEventTime: text(hasuraEvent.created_at),
    sourceUserEmail: text(session['x-hasura-user-email']) ?? text(session['x-hasura-user-id']),
    sourceUserRole: text(session['x-hasura-role']),
    autoLoadModules: flag(options.autoLoadEventModules),
    eventModulesDirectory: text(options.eventModulesDirectory),
    contextData: hasuraEvent.__context,
  };
}

// The payload as Hasura sent it, without what the library and its plugins have added.
function originalPayload(hasuraEvent) {
  return Object.fromEntries(Object.entries(hasuraEvent).filter(([key]) => !key.startsWith('__')));
}

function tableOf(table) {
  const { schema, name } = objectOf(table);
  return text([schema, name].filter((part) => text(part) !== undefined).join('.'));
}

function lowerCaseKeys(object) {
  const entries = Object.entries(objectOf(object));
  return Object.fromEntries(entries.map(([key, value]) => [key.toLowerCase(), value]));
}

function objectOf(value) {
  return typeof value === 'object' && value !== null ? value : {};
}

function text(value) {
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function flag(value) {
  return typeof value === 'boolean' ? value : undefined;
}

module.exports = { describeEvent, originalPayload };
