import type { ButtonHTMLAttributes, ReactNode } from 'react';
import { Link, type LinkProps } from 'react-router';
import styles from './button.module.css';

type Look = 'plain' | 'primary' | 'quiet';

const classes = (look: Look, square: boolean, className?: string) =>
  [styles.button, styles[look], square && styles.square, className].filter(Boolean).join(' ');

interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  look?: Look;
}

export function Button({ look = 'plain', className, type = 'button', ...rest }: ButtonProps) {
  return <button type={type} className={classes(look, false, className)} {...rest} />;
}

/** A button with an icon only. Screen readers and the tooltip use the label. */
export function IconButton({
  label,
  look = 'quiet',
  className,
  type = 'button',
  ...rest
}: ButtonProps & { label: string; children: ReactNode }) {
  return <button type={type} aria-label={label} className={classes(look, true, className)} {...rest} title={rest.title ?? label} />;
}

export function ButtonLink({ look = 'plain', className, ...rest }: LinkProps & { look?: Look }) {
  return <Link className={classes(look, false, className as string | undefined)} {...rest} />;
}
