// @vitest-environment happy-dom
import { act, cleanup, render, screen } from '@testing-library/react';
import { afterEach, expect, it, vi } from 'vitest';
import { Time } from './values';

afterEach(() => {
  cleanup();
  vi.useRealTimers();
});

it('a relative time ages, and nothing runs on once it is gone', () => {
  vi.useFakeTimers({ now: Date.parse('2026-05-04T12:00:05Z') });
  render(<Time at="2026-05-04T12:00:00Z" style="relative" />);
  expect(screen.getByText('5 s ago')).toBeDefined();
  act(() => vi.advanceTimersByTime(60_000));
  expect(screen.getByText('1 m ago')).toBeDefined();
  cleanup();
  expect(vi.getTimerCount()).toBe(0);
});
