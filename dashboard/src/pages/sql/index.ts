import { Terminal } from 'lucide-react';
import { definePage } from '../page';

export const sqlPage = definePage({
  path: '/sql',
  title: 'SQL',
  icon: Terminal,
  group: 'System',
  key: 'q',
  timeRange: false,
  load: () => import('./sql'),
});
