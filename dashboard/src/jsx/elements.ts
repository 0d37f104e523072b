import { visibleText } from './visible-text';

// What a browser shows or reads out of an element.
const shown = ['children', 'title', 'aria-label', 'alt'];

function visible(value: unknown): unknown {
  if (typeof value === 'string') return visibleText(value);
  if (!Array.isArray(value)) return value;
  const parts = value.map(visible);
  // Children that need no change stay the same array.
  return parts.some((part, index) => part !== value[index]) ? parts : value;
}

/**
 * What an element shows, with its hidden characters visible. All JSX of the dashboard is made through this, since what
 * it shows comes from anybody: a name, a message or a payload can neither hide a part of itself nor reorder the page.
 */
export function visibleProps<Props>(props: Props): Props {
  const before = props as Record<string, unknown>;
  const changed = shown.filter((name) => name in before && visible(before[name]) !== before[name]);
  return changed.length === 0 ? props : { ...props, ...Object.fromEntries(changed.map((name) => [name, visible(before[name])])) };
}
