import { Waypoints } from 'lucide-react';
import { definePage } from '../page';

export const flowPage = definePage({
  path: '/flow',
  title: 'Event flow',
  icon: Waypoints,
  group: 'Observe',
  key: 'f',
  timeRange: true,
  load: () => import('./flow'),
});
