import { ListFilter, Plus, Search, X } from 'lucide-react';
import { useEffect, useRef, useState, type ReactNode } from 'react';
import { useQuery } from '@tanstack/react-query';
import { nameText } from '~/format/text';
import { useShortcut } from '~/shortcuts/shortcuts';
import { Button, IconButton } from '~/ui/button';
import { Checkbox, Input, Select } from '~/ui/field';
import { MenuItem, Popover } from '~/ui/popover';
import { isExclusion, valueProblem } from './compile';
import { operatorLabels, operatorsFor, takesValues, type Filter, type FilterField, type Operator } from './fields';
import type { Filters } from './use-filters';
import styles from './filter-bar.module.css';

interface FilterBarProps extends Filters {
  fields: readonly FilterField[];
  /** The values that a column has, most frequent first. */
  suggest?: (field: FilterField) => Promise<string[]>;
  search?: { value: string; placeholder: string; onChange: (text: string) => void };
  /** Further controls at the end of the line. */
  children?: ReactNode;
}

/** Text search, the filters in force as chips, and a way to add more. */
export function FilterBar({ fields, filters, setFilters, add, suggest, search, children }: FilterBarProps) {
  return (
    <div className={styles.bar} role="search">
      {search && <SearchBox {...search} />}
      {filters.map((filter, index) => (
        <Chip
          key={`${filter.field}:${filter.operator}`}
          filter={filter}
          field={fields.find(({ id }) => id === filter.field)!}
          suggest={suggest}
          onChange={(next) => setFilters(filters.map((other, place) => (place === index ? next : other)))}
          onRemove={() => setFilters(filters.filter((_, place) => place !== index))}
        />
      ))}
      <AddFilter fields={fields} suggest={suggest} onAdd={add} />
      {filters.length > 1 && (
        <Button look="quiet" onClick={() => setFilters([])}>
          Clear
        </Button>
      )}
      {children && <div className={styles.further}>{children}</div>}
    </div>
  );
}

/** Calls onChange when the user stops typing. */
function SearchBox({ value, placeholder, onChange }: NonNullable<FilterBarProps['search']>) {
  const [text, setText] = useState(value);
  const [reported, setReported] = useState(value);
  const input = useRef<HTMLInputElement>(null);
  if (reported !== value) {
    setReported(value);
    setText(value);
  }
  useShortcut('/', 'Search this page', 'General', () => input.current?.focus());
  useEffect(() => {
    if (text === reported) return;
    const timer = setTimeout(() => {
      setReported(text);
      onChange(text);
    }, 300);
    return () => clearTimeout(timer);
  }, [text, reported, onChange]);
  return (
    <div className={styles.search}>
      <Search aria-hidden="true" />
      <Input
        ref={input}
        type="search"
        value={text}
        placeholder={placeholder}
        aria-label={placeholder}
        onChange={(event) => setText(event.target.value)}
      />
    </div>
  );
}

function Chip({ filter, field, suggest, onChange, onRemove }: {
  filter: Filter;
  field: FilterField;
  suggest: FilterBarProps['suggest'];
  onChange: (filter: Filter) => void;
  onRemove: () => void;
}) {
  const [open, setOpen] = useState(false);
  const excludes = isExclusion(filter.operator);
  return (
    <span className={styles.chip} data-excludes={excludes || undefined}>
      <Popover
        label={`Change the filter on ${field.label}`}
        open={open}
        onOpenChange={setOpen}
        trigger={
          <button type="button" className={styles.chipText}>
            {field.label} <span className={styles.operator}>{operatorLabels[filter.operator]}</span>{' '}
            <strong>{filter.values.map(nameText).join(' or ')}</strong>
          </button>
        }
      >
        <Editor
          field={field}
          initial={filter}
          suggest={suggest}
          onDone={(next) => {
            onChange(next);
            setOpen(false);
          }}
        />
      </Popover>
      <IconButton label={`Remove the filter on ${field.label}`} className={styles.remove} onClick={onRemove}>
        <X />
      </IconButton>
    </span>
  );
}

function AddFilter({ fields, suggest, onAdd }: Pick<FilterBarProps, 'fields' | 'suggest'> & { onAdd: (filter: Filter) => void }) {
  const [open, setOpen] = useState(false);
  const [field, setField] = useState<FilterField>();
  const change = (next: boolean) => {
    setOpen(next);
    setField(undefined);
  };
  useShortcut('f', 'Add a filter', 'General', () => change(true));
  return (
    <Popover
      label="Add a filter"
      open={open}
      onOpenChange={change}
      trigger={
        <Button look="quiet">
          <ListFilter aria-hidden="true" /> Filter
        </Button>
      }
    >
      {field ? (
        <Editor
          field={field}
          suggest={suggest}
          onDone={(filter) => {
            onAdd(filter);
            change(false);
          }}
        />
      ) : (
        fields.map((one) => (
          <MenuItem key={one.id} onSelect={() => setField(one)}>
            {one.label}
          </MenuItem>
        ))
      )}
    </Popover>
  );
}

const hints: Partial<Record<FilterField['kind'], string>> = {
  duration: '250 ms, 1.5s, 2m',
  number: 'A number',
  uuid: 'A whole id',
};

function Editor({ field, initial, suggest, onDone }: {
  field: FilterField;
  initial?: Filter;
  suggest: FilterBarProps['suggest'];
  onDone: (filter: Filter) => void;
}) {
  const [operator, setOperator] = useState<Operator>(initial?.operator ?? operatorsFor(field.kind)[0]!);
  const [values, setValues] = useState<readonly string[]>(initial?.values ?? []);
  const [text, setText] = useState('');
  const options = useSuggestions(field, operator, suggest);
  const shown = options.filter((option) => option.toLowerCase().includes(text.trim().toLowerCase()));
  const typed = text.trim();
  const problem = typed === '' ? undefined : valueProblem(field, typed);
  const all = typed === '' || values.includes(typed) ? values : [...values, typed];
  const ready = !problem && (!takesValues(operator) || all.length > 0);
  const toggle = (value: string, on: boolean) => setValues(on ? [...values, value] : values.filter((other) => other !== value));

  return (
    <form
      className={styles.editor}
      onSubmit={(event) => {
        event.preventDefault();
        if (ready) onDone({ field: field.id, operator, values: takesValues(operator) ? all : [] });
      }}
    >
      <Select aria-label={`${field.label}: comparison`} value={operator} onChange={(event) => setOperator(event.target.value as Operator)}>
        {operatorsFor(field.kind).map((one) => (
          <option key={one} value={one}>
            {field.label} {operatorLabels[one]}
          </option>
        ))}
      </Select>
      {takesValues(operator) && (
        <>
          {field.kind !== 'flag' && (
            <Input
              autoFocus
              value={text}
              aria-label={`${field.label}: value`}
              aria-invalid={problem !== undefined}
              placeholder={hints[field.kind] ?? 'Type or select'}
              onChange={(event) => setText(event.target.value)}
            />
          )}
          {problem && <p role="alert">{problem}</p>}
          <div className={styles.options}>
            {[...new Set([...values, ...shown])].map((option) => (
              <Checkbox key={option} checked={values.includes(option)} onChange={(on) => toggle(option, on)}>
                <span className="truncate">{nameText(option)}</span>
              </Checkbox>
            ))}
          </div>
        </>
      )}
      <Button type="submit" look="primary" disabled={!ready}>
        <Plus aria-hidden="true" /> {initial ? 'Apply' : 'Add filter'}
      </Button>
    </form>
  );
}

function useSuggestions(field: FilterField, operator: Operator, suggest: FilterBarProps['suggest']): readonly string[] {
  const useful = (operator === 'is' || operator === 'not') && (field.kind === 'choice' || field.kind === 'text');
  const { data } = useQuery({
    queryKey: ['suggest', field.path, field.id],
    queryFn: () => suggest?.(field) ?? Promise.resolve([]),
    enabled: useful && !field.options && suggest !== undefined,
    staleTime: 60_000,
  });
  if (field.kind === 'flag') return ['yes', 'no'];
  return useful ? (field.options ?? data ?? []) : [];
}
