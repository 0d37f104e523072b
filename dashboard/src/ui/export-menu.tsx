import { Download } from 'lucide-react';
import { useState } from 'react';
import { toApiError } from '~/api/error';
import { jsonText } from '~/api/json';
import { download, toCsv } from '~/format/export';
import { Button } from './button';
import { MenuItem, Popover } from './popover';

type Rows = readonly Record<string, unknown>[];

/** Saves rows as CSV or JSON. `rows` may fetch them; it is called when the user chooses a format. */
export function ExportMenu({ name, columns, rows }: { name: string; columns: readonly string[]; rows: () => Rows | Promise<Rows> }) {
  const [open, setOpen] = useState(false);
  const [state, setState] = useState<string>();

  const save = async (format: 'csv' | 'json') => {
    setState('Fetching rows …');
    try {
      const all = await rows();
      if (format === 'csv') download(`${name}.csv`, 'text/csv', toCsv(all, columns));
      else download(`${name}.json`, 'application/json', jsonText(all, 2));
      setState(undefined);
      setOpen(false);
    } catch (error) {
      setState(`Not saved: ${toApiError(error).message}`);
    }
  };

  return (
    <Popover
      label="Export"
      align="end"
      open={open}
      onOpenChange={(next) => {
        setOpen(next);
        setState(undefined);
      }}
      trigger={
        <Button>
          <Download aria-hidden="true" /> Export
        </Button>
      }
    >
      <MenuItem onSelect={() => void save('csv')}>CSV, for a spreadsheet</MenuItem>
      <MenuItem onSelect={() => void save('json')}>JSON, with everything</MenuItem>
      {state && <p role="status" className="muted">{state}</p>}
    </Popover>
  );
}
