import type { LucideIcon } from 'lucide-react';
import { lazy, type ComponentType } from 'react';

export interface Page {
  /** '/jobs', or '/invocations/:id'. */
  path: string;
  title: string;
  icon: LucideIcon;
  /** Where it stands in the navigation; without one it is reached from other pages only. */
  group?: 'Observe' | 'Find' | 'System';
  /** The key after g that leads here. */
  key?: string;
  /** Whether the time range matters to it. */
  timeRange: boolean;
  component: ComponentType;
}

/** A page whose code is fetched when it is first opened: load is () => import('./overview'). */
export function definePage(page: Omit<Page, 'component'> & { load: () => Promise<{ default: ComponentType }> }): Page {
  const { load, ...rest } = page;
  return { ...rest, component: lazy(load) };
}
