import { Component, type ReactNode } from 'react';
import { serverAnswers } from '~/api/connection';
import { PageLoadError } from '~/pages/page';
import { mayReload } from '~/settings/settings';
import { ErrorPanel } from '~/ui/state';

const loopMs = 15_000;

/**
 * Gets the code of a page by loading the dashboard again: a browser may remember that a file failed, and
 * after an upgrade the files have other names. Twice in a row is a loop, which only the user continues.
 */
async function loadAgain() {
  await serverAnswers();
  if (mayReload(loopMs)) window.location.reload();
}

/** Shows an error in place of a page that fails, so that the rest of the dashboard still works. */
export class ErrorBoundary extends Component<{ children: ReactNode }, { error?: unknown }> {
  override state: { error?: unknown } = {};

  static getDerivedStateFromError(error: unknown) {
    return { error };
  }

  override componentDidCatch(error: unknown) {
    if (error instanceof PageLoadError) void loadAgain();
  }

  override render() {
    const { error } = this.state;
    if (error === undefined) return this.props.children;
    if (error instanceof PageLoadError) {
      return <ErrorPanel what="The code of this page could not be loaded" error={error} onRetry={() => window.location.reload()} />;
    }
    return <ErrorPanel what="This page failed" error={error} onRetry={() => this.setState({ error: undefined })} />;
  }
}
