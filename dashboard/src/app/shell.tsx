import { Activity, Keyboard, Menu, Monitor, Moon, Search, Sun, X } from 'lucide-react';
import { useRef, useState, type ReactNode } from 'react';
import { NavLink, useNavigate } from 'react-router';
import type { Page } from '~/pages/page';
import { pages } from '~/pages/registry';
import { changeSettings, useSettings, type Theme } from '~/settings/settings';
import { Button, IconButton } from '~/ui/button';
import { useLink } from '~/url/state';
import { ConnectionBanner } from './connection-banner';
import { LinkNote } from './link-note';
import { Login, LogOutButton } from './login';
import { Palette } from './palette';
import { ShortcutHelp } from './shortcut-help';
import { useShortcut } from '~/shortcuts/shortcuts';
import { TimeControls } from './time-controls';
import { useContentPlace } from './use-content-place';
import styles from './shell.module.css';

/** The frame of every page: navigation, time range, palette and help. */
export function Shell({ page, children }: { page?: Page; children: ReactNode }) {
  const [navOpen, setNavOpen] = useState(false);
  const [dialog, setDialog] = useState<'palette' | 'help'>();
  const content = useRef<HTMLElement>(null);
  useContentPlace(content);
  useShortcut('mod+k', 'Search or go to', 'General', () => setDialog('palette'));
  useShortcut('?', 'Show the shortcuts', 'General', () => setDialog('help'));

  return (
    <div className={styles.shell}>
      <a className={styles.skip} href="#content">
        Skip to the content
      </a>
      <aside className={styles.side} data-open={navOpen || undefined}>
        <Brand />
        <Navigation onGo={() => setNavOpen(false)} />
        <div className={styles.foot}>
          <ThemeSwitch />
          <LogOutButton />
          <IconButton label="Keyboard shortcuts" onClick={() => setDialog('help')}>
            <Keyboard />
          </IconButton>
        </div>
      </aside>
      {navOpen && <button type="button" className={styles.veil} aria-label="Close navigation" onClick={() => setNavOpen(false)} />}
      <div className={styles.main}>
        <header className={styles.bar}>
          <IconButton
            label={navOpen ? 'Close navigation' : 'Open navigation'}
            className={styles.menu}
            aria-expanded={navOpen}
            onClick={() => setNavOpen(!navOpen)}
          >
            {navOpen ? <X /> : <Menu />}
          </IconButton>
          <Button className={styles.search} onClick={() => setDialog('palette')}>
            <Search aria-hidden="true" />
            <span className={styles.searchText}>Search or go to…</span>
            <kbd aria-hidden="true">{/Mac/.test(navigator.platform) ? '⌘K' : 'Ctrl K'}</kbd>
          </Button>
          {page?.timeRange && <TimeControls />}
        </header>
        <ConnectionBanner />
        <LinkNote />
        <main ref={content} id="content" className={styles.content} tabIndex={-1}>
          {children}
        </main>
      </div>
      <Palette open={dialog === 'palette'} onClose={() => setDialog(undefined)} />
      <Login />
      <ShortcutHelp open={dialog === 'help'} onClose={() => setDialog(undefined)} />
    </div>
  );
}

function Brand() {
  return (
    <div className={styles.brand}>
      <Activity aria-hidden="true" />
      <span>Observability</span>
    </div>
  );
}

const groups = ['Observe', 'Find', 'System'] as const;

function Navigation({ onGo }: { onGo: () => void }) {
  const link = useLink();
  return (
    <nav aria-label="Pages" className={styles.nav}>
      {groups.map((group) => {
        const members = pages.filter((page) => page.group === group);
        if (members.length === 0) return null;
        return (
          <div key={group} role="group" aria-label={group}>
            <p className={styles.group}>{group}</p>
            {members.map((page) => (
              <NavLink key={page.path} to={link(page.path)} end={page.path === '/'} onClick={onGo} className={styles.item}>
                <page.icon aria-hidden="true" />
                {page.title}
              </NavLink>
            ))}
          </div>
        );
      })}
      {pages.filter((page) => page.key).map((page) => <GoTo key={page.path} page={page} />)}
    </nav>
  );
}

function GoTo({ page }: { page: Page }) {
  const navigate = useNavigate();
  const link = useLink();
  useShortcut(`g ${page.key}`, page.title, 'Go to', () => void navigate(link(page.path)));
  return null;
}

const themes: { value: Theme; label: string; icon: typeof Sun }[] = [
  { value: 'system', label: 'Theme: system', icon: Monitor },
  { value: 'light', label: 'Theme: light', icon: Sun },
  { value: 'dark', label: 'Theme: dark', icon: Moon },
];

function ThemeSwitch() {
  const { theme } = useSettings();
  const index = themes.findIndex(({ value }) => value === theme);
  const next = themes[(index + 1) % themes.length]!;
  const { label, icon: Icon } = themes[index] ?? themes[0]!;
  useShortcut('t', 'Change the theme', 'General', () => changeSettings({ theme: next.value }));
  return (
    <IconButton label={label} onClick={() => changeSettings({ theme: next.value })}>
      <Icon />
    </IconButton>
  );
}
