import type { Page } from './page';
import { analyticsPage } from './analytics';
import { flowPage } from './flow';
import { invocationPage } from './invocation';
import { invocationsPage } from './invocations';
import { jobsPage } from './jobs';
import { logsPage } from './logs';
import { overviewPage } from './overview';
import { replicationPage } from './replication';
import { searchPage } from './search';
import { settingsPage } from './settings';
import { sqlPage } from './sql';

/** Every page, in the order of the navigation. A folder and a line here are all that a page needs. */
export const pages: readonly Page[] = [
  overviewPage,
  invocationsPage,
  invocationPage,
  jobsPage,
  logsPage,
  flowPage,
  analyticsPage,
  searchPage,
  replicationPage,
  sqlPage,
  settingsPage,
];
