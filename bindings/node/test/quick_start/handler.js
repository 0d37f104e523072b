const { listenTo, handleSuccess, handleFailure } = require('@hopdrive/hasura-event-detector');

exports.handler = async (event, context) => {
  const res = await listenTo(JSON.parse(event.body), {
    autoLoadEventModules: true,
    eventModulesDirectory: `${__dirname}/events`,
    sourceFunction: 'event-detector-moves', // Important: specify function name

    // Enable observability
    observability: {
      enabled: process.env.OBSERVABILITY_ENABLED === 'true',
      database: {
        connectionString: process.env.OBSERVABILITY_DB_URL
      },
      captureConsoleLog: true,
      captureJobOptions: true,
      captureHasuraPayload: true
    }
  });

  return handleSuccess(res);
};
