import { Search } from 'lucide-react';
import { definePage } from '../page';

export const searchPage = definePage({
  path: '/search',
  title: 'Search',
  icon: Search,
  group: 'Find',
  key: 's',
  timeRange: true,
  load: () => import('./search'),
});
