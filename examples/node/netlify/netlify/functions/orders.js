'use strict';
// A Netlify function: the quick start, with the library wrapped in its second line. Where nothing is
// bundled, NODE_OPTIONS='--require event-detector-observability/register' does without that.

const { withObservability } = require('event-detector-observability');
const { listenTo, handleSuccess } = withObservability(require('@hopdrive/hasura-event-detector'));

exports.handler = async (event) => {
  const res = await listenTo(JSON.parse(event.body), {
    autoLoadEventModules: true,
    eventModulesDirectory: `${__dirname}/events`,
    sourceFunction: 'orders',
    observability: {
      enabled: process.env.OBSERVABILITY_ENABLED === 'true',
      database: { connectionString: process.env.OBSERVABILITY_DB_URL },
    },
  });
  return handleSuccess(res);
};
