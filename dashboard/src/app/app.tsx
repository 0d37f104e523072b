import { Suspense, useLayoutEffect } from 'react';
import { Route, Routes, useLocation } from 'react-router';
import type { Page } from '~/pages/page';
import { pages } from '~/pages/registry';
import { useSettings } from '~/settings/settings';
import { LinkProblemsProvider } from '~/url/link-problems';
import { RangeProvider } from '~/url/range-context';
import { ButtonLink } from '~/ui/button';
import { EmptyState, Skeleton } from '~/ui/state';
import { ErrorBoundary } from './error-boundary';
import { Shell } from './shell';
import { ShortcutProvider } from '~/shortcuts/shortcuts';

export function App() {
  useTheme();
  return (
    <ShortcutProvider>
      <LinkProblemsProvider>
        <RangeProvider>
          <Routes>
            {pages.map((page) => (
              <Route key={page.path} path={page.path} element={<PageFrame page={page} />} />
            ))}
            <Route path="*" element={<NotFound />} />
          </Routes>
        </RangeProvider>
      </LinkProblemsProvider>
    </ShortcutProvider>
  );
}

function PageFrame({ page }: { page: Page }) {
  const { pathname } = useLocation();
  useLayoutEffect(() => {
    document.title = `${page.title} · Event Detector Observability`;
  }, [page.title]);
  return (
    <Shell page={page}>
      <ErrorBoundary key={pathname}>
        <Suspense fallback={<Skeleton height={200} />}>
          <page.component />
        </Suspense>
      </ErrorBoundary>
    </Shell>
  );
}

function NotFound() {
  return (
    <Shell>
      <EmptyState title="Page not found" action={<ButtonLink to="/">Go to the overview</ButtonLink>} />
    </Shell>
  );
}

function useTheme() {
  const { theme } = useSettings();
  useLayoutEffect(() => {
    if (theme === 'system') delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = theme;
  }, [theme]);
}
