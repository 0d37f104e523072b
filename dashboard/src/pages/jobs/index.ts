import { Cog } from 'lucide-react';
import { definePage } from '../page';

export const jobsPage = definePage({
  path: '/jobs',
  title: 'Jobs',
  icon: Cog,
  group: 'Observe',
  key: 'j',
  timeRange: true,
  load: () => import('./jobs'),
});
