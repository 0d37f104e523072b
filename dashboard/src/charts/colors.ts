/** A canvas has no CSS variables, so this resolves a colour through the page: 'var(--accent)' → 'rgb(…)'. */
export function resolveColor(color: string): string {
  const probe = document.createElement('span');
  probe.style.color = color;
  probe.hidden = true;
  document.body.append(probe);
  const resolved = getComputedStyle(probe).color;
  probe.remove();
  return resolved;
}

/** Colours of series without a colour of their own, in this order. */
export const seriesColors = [1, 2, 3, 4, 5, 6].map((index) => `var(--series-${index})`);
