import { Dialog } from '~/ui/dialog';
import { useShortcuts } from '~/shortcuts/shortcuts';
import styles from './shortcut-help.module.css';

const keyLabels: Record<string, string> = { 'mod+k': 'Ctrl K' };

export function ShortcutHelp({ open, onClose }: { open: boolean; onClose: () => void }) {
  const shortcuts = useShortcuts();
  const groups = [...new Set(shortcuts.map(({ group }) => group))];
  return (
    <Dialog open={open} onClose={onClose} label="Keyboard shortcuts">
      <div className={styles.help}>
        <h2>Keyboard shortcuts</h2>
        <div className={styles.groups}>
          {groups.map((group) => (
            <section key={group}>
              <h3>{group}</h3>
              <dl>
                {[...new Map(shortcuts.filter((one) => one.group === group).map((one) => [one.keys, one])).values()].map(
                  ({ keys, label }) => (
                    <div key={keys} className={styles.line}>
                      <dt>{label}</dt>
                      <dd>
                        {(keyLabels[keys] ?? keys).split(' ').map((key) => (
                          <kbd key={key}>{key}</kbd>
                        ))}
                      </dd>
                    </div>
                  ),
                )}
              </dl>
            </section>
          ))}
        </div>
      </div>
    </Dialog>
  );
}
