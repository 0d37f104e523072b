import { ScrollText } from 'lucide-react';
import { definePage } from '../page';

export const logsPage = definePage({
  path: '/logs',
  title: 'Logs',
  icon: ScrollText,
  group: 'Observe',
  key: 'l',
  timeRange: true,
  load: () => import('./logs'),
});
