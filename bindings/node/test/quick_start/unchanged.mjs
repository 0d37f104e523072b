import { handleSuccess, job, listenTo, run } from '@hopdrive/hasura-event-detector';

import { options, payload } from './order.mjs';

process.stdout.write(JSON.stringify(handleSuccess(await listenTo(payload, options(run, job)))));
