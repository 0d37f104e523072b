import { ChartSpline } from 'lucide-react';
import { definePage } from '../page';

export const analyticsPage = definePage({
  path: '/analytics',
  title: 'Analytics',
  icon: ChartSpline,
  group: 'Observe',
  key: 'a',
  timeRange: true,
  load: () => import('./analytics'),
});
