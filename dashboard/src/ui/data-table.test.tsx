// @vitest-environment happy-dom
import { cleanup, fireEvent, render, screen } from '@testing-library/react';
import { MemoryRouter } from 'react-router';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ShortcutProvider } from '~/shortcuts/shortcuts';
import { DataTable, type Column, type Sort } from './data-table';

interface Row {
  id: string;
  name: string;
  ms: number;
}

const rows = Array.from({ length: 10_000 }, (_, index): Row => ({ id: `id-${index}`, name: `job ${index}`, ms: index }));

const columns: readonly Column<Row>[] = [
  { id: 'name', header: 'Name', width: 200, sortable: true, narrow: 'title', cell: (row) => row.name },
  { id: 'ms', header: 'Duration', width: 100, sortable: true, narrow: 'aside', cell: (row) => `${row.ms} ms` },
  { id: 'twice', header: 'Twice', width: 100, cell: (row) => row.ms * 2 },
  { id: 'why', header: 'Why', width: 300, narrow: 'long', cell: () => '–', narrowCell: (row) => `because of ${row.ms}` },
];

let width = 1000;
beforeEach(() => {
  vi.spyOn(HTMLElement.prototype, 'clientHeight', 'get').mockReturnValue(600);
  vi.spyOn(HTMLElement.prototype, 'clientWidth', 'get').mockImplementation(() => width);
});
afterEach(() => {
  cleanup();
  vi.restoreAllMocks();
});

function show(given: { sort?: Sort; onSort?: (sort: Sort) => void } = {}) {
  render(
    <MemoryRouter>
      <ShortcutProvider>
        <DataTable label="Jobs" columns={columns} rows={rows} rowKey={(row) => row.id} rowHref={(row) => `/jobs/${row.id}`} {...given} />
      </ShortcutProvider>
    </MemoryRouter>,
  );
}
const cellsOf = (row: number) => [...screen.getAllByRole('row')[row]!.children].map((cell) => cell.textContent);

describe('a table of ten thousand rows', () => {
  it.each([['wide', 1000], ['narrow', 360]])('has few of them in the document if it is %s', (_, px) => {
    width = px;
    show();
    expect(screen.getAllByRole('row').length).toBeLessThan(60);
    expect(screen.getByRole('table').getAttribute('aria-rowcount')).toBe('10001');
    expect(document.querySelectorAll('*').length).toBeLessThan(700);
  });
  it('has a column for each figure where there is room, and two lines a row where there is none', () => {
    width = 1000;
    show();
    expect(cellsOf(4)).toEqual(['job 3', '3 ms', '6', '–']);
    cleanup();
    width = 360;
    show();
    expect(cellsOf(4)).toEqual(['job 3', '3 ms', 'because of 3']);
    expect(screen.getByRole('link', { name: 'job 3' }).getAttribute('href')).toBe('/jobs/id-3');
  });
});

it('is sorted by whoever has the rows: the largest first, and then the smallest', () => {
  const onSort = vi.fn();
  width = 1000;
  show({ onSort });
  fireEvent.click(screen.getByRole('button', { name: 'Duration' }));
  expect(onSort).toHaveBeenLastCalledWith({ column: 'ms', direction: 'desc' });
  expect(screen.queryByRole('button', { name: 'Twice' })).toBeNull();
  cleanup();
  show({ onSort, sort: { column: 'ms', direction: 'desc' } });
  expect(screen.getByRole('columnheader', { name: 'Duration' }).getAttribute('aria-sort')).toBe('descending');
  fireEvent.click(screen.getByRole('button', { name: 'Duration' }));
  expect(onSort).toHaveBeenLastCalledWith({ column: 'ms', direction: 'asc' });
  expect(cellsOf(1)).toEqual(['job 0', '0 ms', '0', '–']);
});
