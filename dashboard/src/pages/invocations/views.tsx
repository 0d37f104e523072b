import { Bookmark, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { useLocation, useNavigate } from 'react-router';
import { Button, IconButton } from '~/ui/button';
import { Input } from '~/ui/field';
import { MenuItem, Popover } from '~/ui/popover';
import styles from './invocations.module.css';

export interface View {
  name: string;
  search: string;
}

// Views that every user has.
const given: readonly View[] = [
  { name: 'Failed', search: '?f=status%3Ais%3Afailed%2Ctimeout%2Ccrashed' },
  { name: 'Running, oldest first', search: '?f=status%3Ais%3Arunning&sort=created_at&from=now-90d' },
  { name: 'Slowest', search: '?sort=-total_duration_ms' },
  { name: 'No event detected', search: '?f=detected%3Alte%3A0' },
];

const key = 'edo.views.invocations';

function read(): View[] {
  try {
    return JSON.parse(localStorage.getItem(key) ?? '[]') as View[];
  } catch {
    return [];
  }
}

function write(views: readonly View[]) {
  try {
    localStorage.setItem(key, JSON.stringify(views));
  } catch {
    // Without storage a view lasts as long as the page.
  }
}

/** A view is an address with a name: filters, columns, order and time range. */
export function SavedViews() {
  const { pathname, search } = useLocation();
  const navigate = useNavigate();
  const [open, setOpen] = useState(false);
  const [saved, setSaved] = useState(read);
  const [name, setName] = useState('');

  const change = (views: View[]) => {
    setSaved(views);
    write(views);
  };
  const show = (view: View) => {
    setOpen(false);
    void navigate({ pathname, search: view.search });
  };

  return (
    <Popover
      label="Views"
      align="end"
      open={open}
      onOpenChange={setOpen}
      trigger={
        <Button look="quiet">
          <Bookmark aria-hidden="true" /> Views
        </Button>
      }
    >
      {given.map((view) => (
        <MenuItem key={view.name} selected={view.search === search} onSelect={() => show(view)}>
          {view.name}
        </MenuItem>
      ))}
      {saved.map((view) => (
        <div key={view.name} className={styles.saved}>
          <MenuItem selected={view.search === search} onSelect={() => show(view)}>
            {view.name}
          </MenuItem>
          <IconButton label={`Delete the view ${view.name}`} onClick={() => change(saved.filter((other) => other !== view))}>
            <Trash2 />
          </IconButton>
        </div>
      ))}
      <form
        className={styles.save}
        onSubmit={(event) => {
          event.preventDefault();
          if (name.trim() === '') return;
          change([...saved.filter((view) => view.name !== name.trim()), { name: name.trim(), search }]);
          setName('');
        }}
      >
        <Input value={name} placeholder="Save this view as…" aria-label="Name of the view" onChange={(event) => setName(event.target.value)} />
        <Button type="submit" disabled={name.trim() === ''}>
          Save
        </Button>
      </form>
    </Popover>
  );
}
