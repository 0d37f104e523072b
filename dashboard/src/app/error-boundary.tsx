import { Component, type ReactNode } from 'react';
import { ErrorPanel } from '~/ui/state';

/** Shows an error in place of a page that fails, so that the rest of the dashboard still works. */
export class ErrorBoundary extends Component<{ children: ReactNode }, { error?: unknown }> {
  override state: { error?: unknown } = {};

  static getDerivedStateFromError(error: unknown) {
    return { error };
  }

  override render() {
    if (this.state.error === undefined) return this.props.children;
    return <ErrorPanel what="This page failed" error={this.state.error} onRetry={() => this.setState({ error: undefined })} />;
  }
}
