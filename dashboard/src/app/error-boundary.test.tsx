// @vitest-environment happy-dom
import { cleanup, configure, fireEvent, render, screen, waitFor } from '@testing-library/react';
import { Suspense } from 'react';
import { MemoryRouter } from 'react-router';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { definePage, type Page } from '~/pages/page';
import { ErrorBoundary } from './error-boundary';

// A busy machine may take seconds for a render.
configure({ asyncUtilTimeout: 20_000 });

const jobs = (load: Parameters<typeof definePage>[0]['load']) =>
  definePage({ path: '/jobs', title: 'Jobs', icon: null as never, timeRange: true, load });

const show = (page: Page) =>
  render(
    <MemoryRouter>
      <ErrorBoundary>
        <Suspense fallback="Loading">
          <page.component />
        </Suspense>
      </ErrorBoundary>
    </MemoryRouter>,
  );

afterEach(() => {
  cleanup();
  vi.restoreAllMocks();
});

it('shows a page once its code is loaded, and loads it once', async () => {
  const load = vi.fn(async () => ({ default: () => <p>The jobs</p> }));
  const page = jobs(load);
  show(page);
  expect(screen.getByText('Loading')).toBeDefined();
  await screen.findByText('The jobs');
  show(page);
  expect(screen.getAllByText('The jobs')).toHaveLength(2);
  expect(load).toHaveBeenCalledTimes(1);
});

describe('a page whose code cannot be loaded', () => {
  const missing = () => jobs(() => Promise.reject(new Error('Failed to fetch dynamically imported module')));
  const reload = vi.fn();
  beforeEach(() => {
    sessionStorage.clear();
    reload.mockReset();
    vi.spyOn(console, 'error').mockImplementation(() => {});
    vi.spyOn(window.location, 'reload').mockImplementation(reload);
  });

  it('says so, and loads the dashboard again once the server answers', async () => {
    let up = false;
    vi.spyOn(globalThis, 'fetch').mockImplementation(async () => {
      if (!up) throw new TypeError('Failed to fetch');
      return new Response('{}');
    });
    show(missing());
    expect((await screen.findByRole('alert')).textContent).toContain('Failed to fetch dynamically imported module');
    expect(reload).not.toHaveBeenCalled();
    up = true;
    await waitFor(() => expect(reload).toHaveBeenCalledTimes(1), { timeout: 20_000 });
  });

  it('does not load the dashboard again and again', async () => {
    vi.spyOn(globalThis, 'fetch').mockImplementation(async () => new Response('{}'));
    show(missing());
    await waitFor(() => expect(reload).toHaveBeenCalledTimes(1));
    cleanup();
    show(missing());
    await screen.findByRole('alert');
    fireEvent.click(screen.getByRole('button', { name: /Try again/ }));
    expect(reload).toHaveBeenCalledTimes(2);
  });
});

it('shows a page that fails once again on request', async () => {
  vi.spyOn(console, 'error').mockImplementation(() => {});
  let broken = true;
  const Page = () => {
    if (broken) throw new Error('no such figure');
    return <p>The jobs</p>;
  };
  show(jobs(async () => ({ default: Page })));
  await screen.findByRole('alert');
  broken = false;
  fireEvent.click(screen.getByRole('button', { name: /Try again/ }));
  await screen.findByText('The jobs');
});
