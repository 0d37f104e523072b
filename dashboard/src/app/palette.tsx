import { Command } from 'cmdk';
import { Clock, Filter, Hash, Search } from 'lucide-react';
import { useState, type ReactNode } from 'react';
import { useNavigate } from 'react-router';
import { isUuid } from '~/filters/compile';
import { pages } from '~/pages/registry';
import { changeSettings } from '~/settings/settings';
import { Dialog } from '~/ui/dialog';
import { presets } from '~/url/time-range';
import { useRange } from '~/url/range-context';
import { useLink, type UrlChanges } from '~/url/state';
import styles from './palette.module.css';

/** ⌘K: every page, the time ranges, and a search for whatever is typed. */
export function Palette({ open, onClose }: { open: boolean; onClose: () => void }) {
  return (
    <Dialog open={open} onClose={onClose} label="Search or go to">
      <Commands onDone={onClose} />
    </Dialog>
  );
}

function Commands({ onDone }: { onDone: () => void }) {
  const [text, setText] = useState('');
  const navigate = useNavigate();
  const link = useLink();
  const { setRange } = useRange();
  const go = (path: string, further?: UrlChanges) => run(() => void navigate(link(path, further)));
  const run = (action: () => void) => {
    onDone();
    action();
  };
  const typed = text.trim();

  return (
    <Command label="Search or go to" className={styles.palette} loop>
      <Command.Input autoFocus placeholder="A page, an id, an e-mail, a word…" value={text} onValueChange={setText} />
      <Command.List className={styles.list}>
        {typed && (
          <Command.Group heading="Find" forceMount>
            {isUuid(typed) && (
              <Item value={`invocation ${typed}`} icon={<Hash />} onSelect={() => go(`/invocations/${typed}`)}>
                Open invocation {typed}
              </Item>
            )}
            <Item value={`search ${typed}`} icon={<Search />} onSelect={() => go('/search', { q: typed })}>
              Search everywhere for “{typed}”
            </Item>
            <Item value={`invocations ${typed}`} icon={<Filter />} onSelect={() => go('/invocations', { q: typed })}>
              Invocations that contain “{typed}”
            </Item>
          </Command.Group>
        )}
        <Command.Group heading="Go to">
          {pages
            .filter((page) => page.group)
            .map((page) => (
              <Item key={page.path} value={page.title} icon={<page.icon />} onSelect={() => go(page.path)}>
                {page.title}
              </Item>
            ))}
          <Item
            value="Failed invocations"
            icon={<Filter />}
            onSelect={() => go('/invocations', { f: 'status:is:failed,timeout,crashed' })}
          >
            Failed invocations
          </Item>
        </Command.Group>
        <Command.Group heading="Time range">
          {presets.map((preset) => (
            <Item key={preset.from} value={preset.label} icon={<Clock />} onSelect={() => run(() => setRange({ from: preset.from, to: preset.to }))}>
              {preset.label}
            </Item>
          ))}
        </Command.Group>
        <Command.Group heading="Look">
          {(['light', 'dark', 'system'] as const).map((theme) => (
            <Item key={theme} value={`Theme ${theme}`} onSelect={() => run(() => changeSettings({ theme }))}>
              Theme: {theme}
            </Item>
          ))}
        </Command.Group>
        <Command.Empty className={styles.empty}>No results</Command.Empty>
      </Command.List>
    </Command>
  );
}

function Item({ value, icon, onSelect, children }: { value: string; icon?: ReactNode; onSelect: () => void; children: ReactNode }) {
  return (
    <Command.Item value={value} onSelect={onSelect} className={styles.item}>
      {icon}
      <span className="truncate">{children}</span>
    </Command.Item>
  );
}
