import * as library from '@hopdrive/hasura-event-detector';
import { withObservability } from 'event-detector-observability';

import { options, payload } from './order.mjs';

const { listenTo, handleSuccess, run, job } = withObservability(library);
process.stdout.write(JSON.stringify(handleSuccess(await listenTo(payload, options(run, job)))));
