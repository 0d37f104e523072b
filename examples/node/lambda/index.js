'use strict';
// An AWS Lambda function behind Hasura's event trigger.
//
// The store lies in /tmp, which lives as long as the sandbox. At the end of each invocation its rows
// are shipped, for a second at the most; what is left goes with the next one. So the function's
// timeout should be a second longer than its work. docs/host-node.md says what goes into the zip.
//
// Environment: OBSERVABILITY_DB_URL, the central database.

const { withObservability } = require('event-detector-observability');
const library = withObservability(require('@hopdrive/hasura-event-detector'));

exports.handler = async (request, context) => {
  // So that an answer does not wait for what the recorder does beside.
  context.callbackWaitsForEmptyEventLoop = false;
  try {
    const result = await library.listenTo(JSON.parse(request.body), {
      autoLoadEventModules: true,
      eventModulesDirectory: `${__dirname}/events`,
      sourceFunction: context.functionName,
      observability: {
        database: { connectionString: process.env.OBSERVABILITY_DB_URL },
        replicate: 'onEnd',
        flushDeadlineMs: 1000,
        redact: ['password', 'card_number'],
      },
    });
    return library.handleSuccess(result);
  } catch (error) {
    return library.handleFailure(error);
  }
};
