import { Columns3 } from 'lucide-react';
import { Button } from '~/ui/button';
import { Checkbox } from '~/ui/field';
import { Popover } from '~/ui/popover';
import { invocationColumns } from './columns';

export function ColumnChoice({ chosen, onChange }: { chosen: readonly string[]; onChange: (ids: string[]) => void }) {
  return (
    <Popover
      label="Columns"
      align="end"
      trigger={
        <Button look="quiet">
          <Columns3 aria-hidden="true" /> Columns
        </Button>
      }
    >
      {invocationColumns.slice(1).map(({ id, name }) => (
        <Checkbox
          key={id}
          checked={chosen.includes(id)}
          onChange={(on) => onChange(on ? [...chosen, id] : chosen.filter((other) => other !== id))}
        >
          {name}
        </Checkbox>
      ))}
    </Popover>
  );
}
