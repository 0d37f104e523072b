// PostGraphile as its documentation sets it up, for DATABASE_URL on PORT, with as many connections
// as POOL says.
import { makePgService } from 'postgraphile/adaptors/pg';
import { PostGraphileAmberPreset } from 'postgraphile/presets/amber';

export default {
  extends: [PostGraphileAmberPreset],
  pgServices: [
    makePgService({
      connectionString: process.env.DATABASE_URL,
      schemas: ['event_detector_observability'],
      poolConfig: { max: Number(process.env.POOL) },
    }),
  ],
  grafserv: { host: '127.0.0.1', port: Number(process.env.PORT), graphiql: false },
};
