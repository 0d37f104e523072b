import { ListTree } from 'lucide-react';
import { definePage } from '../page';

export const invocationsPage = definePage({
  path: '/invocations',
  title: 'Invocations',
  icon: ListTree,
  group: 'Observe',
  key: 'i',
  timeRange: true,
  load: () => import('./invocations'),
});
