import Anser from 'anser';
import type { CSSProperties } from 'react';
import { Highlight } from './highlight';
import styles from './ansi-text.module.css';

type Chunk = ReturnType<typeof Anser.ansiToJson>[number];

// The names of a terminal's colours. What a program chose from millions is mixed with the colour of text, so that it
// can be read in light and in dark.
const colorOf = (name: string | null, exact: string | null) => {
  if (!name) return undefined;
  if (name === 'ansi-truecolor') return exact ? `color-mix(in oklab, rgb(${exact}) 60%, var(--text))` : undefined;
  return `var(--${name}, var(--text))`;
};

function styleOf({ fg, bg, fg_truecolor, bg_truecolor, decorations }: Chunk): CSSProperties {
  const [text, behind] = [colorOf(fg, fg_truecolor), colorOf(bg, bg_truecolor)];
  // Light on a colour is shown as that colour on a tint of it, which can be read in light and in dark.
  const [color, tint] = decorations.includes('reverse') ? [behind ?? 'var(--text)', text ?? 'var(--text)'] : [text, behind];
  return {
    color: tint ? 'var(--text)' : color,
    background: tint && `color-mix(in srgb, ${tint} 25%, transparent)`,
    fontWeight: decorations.includes('bold') ? 600 : undefined,
    fontStyle: decorations.includes('italic') ? 'italic' : undefined,
    textDecoration: [decorations.includes('underline') && 'underline', decorations.includes('strikethrough') && 'line-through'].filter(Boolean).join(' ') || undefined,
  };
}

/** Text as a terminal shows it: coloured by its escape sequences, and with the search term marked. */
export function AnsiText({ text, search }: { text: string; search?: string }) {
  if (!text.includes('\x1b[')) return <Highlight text={text} search={search} />;
  const chunks = Anser.ansiToJson(text, { json: true, use_classes: true, remove_empty: true });
  return chunks.map((chunk, index) => (
    <span key={index} className={styles.text} style={styleOf(chunk)}>
      <Highlight text={chunk.content} search={search} />
    </span>
  ));
}
