import type { LucideIcon } from 'lucide-react';
import { lazy, type ComponentType } from 'react';

export interface Page {
  /** '/jobs', or '/invocations/:id'. */
  path: string;
  title: string;
  icon: LucideIcon;
  /** Its group in the navigation. A page without one is reached only from other pages. */
  group?: 'Observe' | 'Find' | 'System';
  /** The key after g that opens it. */
  key?: string;
  /** Whether it uses the time range. */
  timeRange: boolean;
  component: ComponentType;
}

/** The code of a page could not be loaded: the server is away, or serves a newer dashboard. */
export class PageLoadError extends Error {
  override name = 'PageLoadError';
}

/** A page whose code is loaded when a user first opens it. `load` imports its component. */
export function definePage(page: Omit<Page, 'component'> & { load: () => Promise<{ default: ComponentType }> }): Page {
  const { load, ...rest } = page;
  const loaded = () =>
    load().catch((error: unknown) => {
      throw new PageLoadError(error instanceof Error ? error.message : String(error), { cause: error });
    });
  return { ...rest, component: lazy(loaded) };
}
