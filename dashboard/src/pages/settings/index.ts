import { Settings } from 'lucide-react';
import { definePage } from '../page';

export const settingsPage = definePage({
  path: '/settings',
  title: 'Settings',
  icon: Settings,
  group: 'System',
  key: ',',
  timeRange: false,
  load: () => import('./settings'),
});
