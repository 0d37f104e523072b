import { ServerCog } from 'lucide-react';
import { definePage } from '../page';

export const replicationPage = definePage({
  path: '/replication',
  title: 'Replication',
  icon: ServerCog,
  group: 'System',
  key: 'r',
  timeRange: true,
  load: () => import('./replication'),
});
