import * as Radix from '@radix-ui/react-popover';
import type { ReactNode } from 'react';
import styles from './popover.module.css';

/** A box that opens below a button and closes with Escape or a click outside. */
export function Popover({
  trigger,
  children,
  open,
  onOpenChange,
  align = 'start',
  label,
}: {
  trigger: ReactNode;
  children: ReactNode;
  open?: boolean;
  onOpenChange?: (open: boolean) => void;
  align?: 'start' | 'end';
  /** What a screen reader calls it. */
  label: string;
}) {
  return (
    <Radix.Root open={open} onOpenChange={onOpenChange}>
      <Radix.Trigger asChild>{trigger}</Radix.Trigger>
      <Radix.Portal>
        <Radix.Content className={styles.popover} align={align} sideOffset={4} collisionPadding={8} aria-label={label}>
          {children}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

export const PopoverClose = Radix.Close;

/** An item of a menu. Put it in a PopoverClose if choosing it should close the menu. */
export function MenuItem({
  children,
  onSelect,
  selected,
  aside,
  ...rest
}: {
  children: ReactNode;
  onSelect: () => void;
  selected?: boolean;
  aside?: ReactNode;
}) {
  return (
    <button type="button" className={styles.item} onClick={onSelect} aria-pressed={selected} {...rest}>
      <span className="truncate">{children}</span>
      {aside && <span className={styles.aside}>{aside}</span>}
    </button>
  );
}
