import { Download } from 'lucide-react';
import { useState } from 'react';
import { toApiError } from '~/api/error';
import { jsonText } from '~/api/json';
import { download, toCsv } from '~/format/export';
import { formatCount } from '~/format/number';
import { Button } from './button';
import { MenuItem, Popover } from './popover';

export interface Exported {
  rows: readonly Record<string, unknown>[];
  /** Whether these are all; the file and the user are told if not. */
  complete: boolean;
}

interface ExportMenuProps {
  name: string;
  columns: readonly string[];
  /** May fetch the rows; called when the user chooses a format. */
  rows: () => Exported | Promise<Exported>;
}

/** Saves rows as CSV or JSON. */
export function ExportMenu({ name, columns, rows }: ExportMenuProps) {
  const [open, setOpen] = useState(false);
  const [state, setState] = useState<string>();

  const save = async (format: 'csv' | 'json') => {
    setState('Fetching rows …');
    try {
      const { rows: saved, complete } = await rows();
      const file = complete ? name : `${name}-first-${saved.length}`;
      if (format === 'csv') download(`${file}.csv`, 'text/csv', toCsv(saved, columns));
      else download(`${file}.json`, 'application/json', jsonText(saved, 2));
      setState(complete ? undefined : `Saved the first ${formatCount(saved.length)} rows; there are more. A shorter time range or a filter makes them fewer.`);
      setOpen(!complete);
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
