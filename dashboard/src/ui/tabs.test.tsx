// @vitest-environment happy-dom
import { cleanup, fireEvent, render, screen } from '@testing-library/react';
import { useState } from 'react';
import { afterEach, expect, it } from 'vitest';
import { Segmented } from './field';
import { Tabs } from './tabs';

afterEach(cleanup);

const names = ['flow', 'jobs', 'logs'] as const;

function Views() {
  const [view, setView] = useState<(typeof names)[number]>('flow');
  return (
    <Tabs label="Views" value={view} tabs={names.map((value) => ({ value, label: value }))} onChange={setView}>
      <p>the {view}</p>
    </Tabs>
  );
}

it('one view is shown, and its tab names it', () => {
  render(<Views />);
  expect(screen.getByRole('tabpanel', { name: 'flow' }).textContent).toBe('the flow');
  fireEvent.mouseDown(screen.getByRole('tab', { name: 'jobs' }), { button: 0 });
  expect(screen.getByRole('tabpanel', { name: 'jobs' }).textContent).toBe('the jobs');
  expect(screen.getByRole('tab', { name: 'jobs' }).getAttribute('aria-selected')).toBe('true');
  expect(screen.getAllByRole('tabpanel')).toHaveLength(1);
});

function Choice() {
  const [value, setValue] = useState<(typeof names)[number]>('flow');
  return <Segmented label="Show" value={value} options={names.map((name) => ({ value: name, label: name }))} onChange={setValue} />;
}

it('one of a few choices is checked', () => {
  render(<Choice />);
  fireEvent.click(screen.getByRole('radio', { name: 'logs' }));
  expect(screen.getAllByRole('radio').map((radio) => radio.getAttribute('aria-checked'))).toEqual(['false', 'false', 'true']);
  expect(screen.getByRole('radiogroup', { name: 'Show' })).toBeTruthy();
});
