import type { ReactNode } from 'react';
import type { Json } from '~/api/json';
import { JsonViewer } from '~/ui/json-viewer';
import styles from './inspector.module.css';

/** A part of the inspector under its heading. */
export function Section({ title, aside, children }: { title: string; aside?: ReactNode; children: ReactNode }) {
  return (
    <section className={styles.section}>
      <div className={styles.sectionHead}>
        <h3>{title}</h3>
        {aside}
      </div>
      {children}
    </section>
  );
}

/** A document, or nothing if there is none. */
export function JsonSection({ title, value, openDepth = 2 }: { title: string; value: Json; openDepth?: number }) {
  if (value === null) return null;
  return (
    <Section title={title}>
      <JsonViewer label={title} value={value} openDepth={openDepth} maxHeight={320} />
    </Section>
  );
}

export function Facts({ facts }: { facts: readonly (readonly [string, ReactNode] | undefined | null | false)[] }) {
  return (
    <dl className={styles.facts}>
      {facts.map((fact) => fact && <Fact key={fact[0]} name={fact[0]} value={fact[1]} />)}
    </dl>
  );
}

function Fact({ name, value }: { name: string; value: ReactNode }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </>
  );
}
