import { Search as SearchIcon } from 'lucide-react';
import { useState } from 'react';
import { seenWhere, useRoleSchema } from '~/api/role-schema';
import { useUrlState } from '~/url/state';
import { Button } from '~/ui/button';
import { Input } from '~/ui/field';
import { PageHeader } from '~/ui/panel';
import { EmptyState } from '~/ui/state';
import { interpret, lookupsFor, meaningOf, tableNames } from './interpret';
import { Results } from './results';
import styles from './search.module.css';

export default function Search() {
  const url = useUrlState();
  const asked = url.get('q') ?? '';
  return (
    <>
      <PageHeader title="Search" />
      <SearchForm key={asked} asked={asked} onAsk={(q) => url.set({ q })} />
      <Answers asked={asked} onAsk={(q) => url.set({ q })} />
    </>
  );
}

interface FormProps {
  asked: string;
  onAsk: (text: string) => void;
}

function SearchForm({ asked, onAsk }: FormProps) {
  const [text, setText] = useState(asked);
  return (
    <form
      className={styles.form}
      role="search"
      onSubmit={(event) => {
        event.preventDefault();
        onAsk(text.trim());
      }}
    >
      <Input
        autoFocus
        type="search"
        className={styles.input}
        value={text}
        aria-label="Search for"
        placeholder="An id, an e-mail, order 49271, or any text"
        onChange={(event) => setText(event.target.value)}
      />
      <Button type="submit" look="primary" className={styles.submit}>
        <SearchIcon aria-hidden="true" /> Search
      </Button>
    </form>
  );
}

const examples = [
  { text: '01a20361', meaning: 'any id, or a prefix of an invocation’s id' },
  { text: 'nina@example.com', meaning: 'what a person triggered' },
  { text: 'order 48190', meaning: 'every change of one row; also orders:48190, or #48190' },
  { text: 'card declined', meaning: 'text in payloads, errors and logs' },
];

function Answers({ asked, onAsk }: FormProps) {
  const question = interpret(asked);
  const schema = useRoleSchema();
  // Nothing is found where the role does not look.
  const lookups = lookupsFor(question).filter(({ where, table }) => !schema || seenWhere(where, `${tableNames[table]}_bool_exp`, schema));
  if (lookups.length === 0) {
    return (
      <EmptyState title="Search telemetry">
        <dl className={styles.examples}>
          {examples.map(({ text, meaning }) => (
            <div key={text}>
              <dt>
                <button type="button" className={styles.example} onClick={() => onAsk(text)}>
                  {text}
                </button>
              </dt>
              <dd>{meaning}</dd>
            </div>
          ))}
        </dl>
      </EmptyState>
    );
  }
  return (
    <>
      <p className="muted" role="status">
        Looking for {meaningOf(question)}. Texts and rows are searched in the chosen time range, ids in all of it.
      </p>
      {lookups.map((lookup) => (
        <Results key={`${asked} ${lookup.title}`} lookup={lookup} />
      ))}
    </>
  );
}
