import { LayoutDashboard } from 'lucide-react';
import { definePage } from '../page';

export const overviewPage = definePage({
  path: '/',
  title: 'Overview',
  icon: LayoutDashboard,
  group: 'Observe',
  key: 'o',
  timeRange: true,
  load: () => import('./overview'),
});
