import { Waypoints } from 'lucide-react';
import { definePage } from '../page';

export const invocationPage = definePage({
  path: '/invocations/:id',
  title: 'Invocation',
  icon: Waypoints,
  timeRange: false,
  load: () => import('./invocation'),
});
