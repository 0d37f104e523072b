import { Plus, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { useMutation } from '@tanstack/react-query';
import { execute } from '~/api/client';
import { RootFieldsDocument } from '~/api/features.generated';
import { config } from '~/config';
import { formatTime, zoneLabel } from '~/format/time';
import { changeHeaders, changeSettings, useSessionHeaders, useSettings, type Theme } from '~/settings/settings';
import { Button, IconButton } from '~/ui/button';
import { Field, Input, Segmented, Select } from '~/ui/field';
import { PageHeader, Panel } from '~/ui/panel';
import { ErrorPanel } from '~/ui/state';
import styles from './settings.module.css';

export default function SettingsPage() {
  return (
    <>
      <PageHeader title="Settings" />
      <div className={styles.columns}>
        <Panel title="Look">
          <Look />
        </Panel>
        <Panel title="Data">
          <Data />
        </Panel>
        <Panel title="Server">
          <Server />
        </Panel>
      </div>
    </>
  );
}

const themes: { value: Theme; label: string }[] = [
  { value: 'system', label: 'System' },
  { value: 'light', label: 'Light' },
  { value: 'dark', label: 'Dark' },
];

const zones = ['local', 'UTC', ...Intl.supportedValuesOf('timeZone').filter((zone) => zone !== 'UTC')];

function Look() {
  const { theme, zone, timeStyle } = useSettings();
  const [sample] = useState(() => Date.now() - 95_000);
  return (
    <div className={styles.fields}>
      <div>
        <p className={styles.label}>Theme</p>
        <Segmented label="Theme" value={theme} options={themes} onChange={(next) => changeSettings({ theme: next })} />
      </div>
      <div>
        <p className={styles.label}>Times</p>
        <Segmented
          label="Times"
          value={timeStyle}
          options={[
            { value: 'relative', label: '2 m ago' },
            { value: 'absolute', label: 'Date and time' },
          ]}
          onChange={(next) => changeSettings({ timeStyle: next })}
        />
      </div>
      <Field label="Time zone" hint={`${formatTime(sample, { zone })} ${zoneLabel(zone)}`}>
        <Select value={zone} onChange={(event) => changeSettings({ zone: event.target.value })}>
          {zones.map((one) => (
            <option key={one} value={one}>
              {one === 'local' ? `This browser’s (${Intl.DateTimeFormat().resolvedOptions().timeZone})` : one}
            </option>
          ))}
        </Select>
      </Field>
    </div>
  );
}

function Data() {
  const { refresh, pageSize } = useSettings();
  return (
    <div className={styles.fields}>
      <Field label="Refresh automatically" hint="Each page can override it, beside the time range.">
        <Select value={refresh} onChange={(event) => changeSettings({ refresh: Number(event.target.value) })}>
          {[0, 5, 10, 30, 60, 300].map((seconds) => (
            <option key={seconds} value={seconds}>
              {seconds === 0 ? 'Off' : `Every ${seconds < 60 ? `${seconds} seconds` : `${seconds / 60} min`}`}
            </option>
          ))}
        </Select>
      </Field>
      <Field label="Rows per request" hint="Scrolling fetches more.">
        <Select value={pageSize} onChange={(event) => changeSettings({ pageSize: Number(event.target.value) })}>
          {[50, 100, 200, 500].map((rows) => (
            <option key={rows}>{rows}</option>
          ))}
        </Select>
      </Field>
    </div>
  );
}

function Server() {
  const { endpoint } = useSettings();
  const headers = useSessionHeaders();
  const [address, setAddress] = useState(endpoint);
  const [lines, setLines] = useState<readonly (readonly [name: string, value: string])[]>(() => Object.entries(headers));
  const test = useMutation({ mutationFn: () => execute(RootFieldsDocument, {}) });

  const edit = (index: number, line: readonly [string, string]) => setLines(lines.map((old, place) => (place === index ? line : old)));
  const save = () => {
    changeSettings({ endpoint: address.trim() });
    changeHeaders(Object.fromEntries(lines.map(([name, value]) => [name.trim().toLowerCase(), value.trim()]).filter(([name]) => name)));
    test.mutate();
  };

  return (
    <form
      className={styles.fields}
      onSubmit={(event) => {
        event.preventDefault();
        save();
      }}
    >
      <Field label="GraphQL endpoint" hint={`Empty: ${config.graphqlEndpoint}`}>
        <Input value={address} placeholder={config.graphqlEndpoint} onChange={(event) => setAddress(event.target.value)} />
      </Field>
      <fieldset className={styles.headers}>
        <legend className={styles.label}>Headers</legend>
        {lines.map(([name, value], index) => (
          <div key={index} className={styles.header}>
            <Input
              aria-label={`Name of header ${index + 1}`}
              value={name}
              placeholder="x-hasura-admin-secret"
              onChange={(event) => edit(index, [event.target.value, value])}
            />
            <Input
              aria-label={`Value of header ${index + 1}`}
              value={value}
              type={/secret|key|authorization|token/i.test(name) ? 'password' : 'text'}
              autoComplete="off"
              onChange={(event) => edit(index, [name, event.target.value])}
            />
            <IconButton label={`Remove header ${index + 1}`} onClick={() => setLines(lines.filter((_, place) => place !== index))}>
              <Trash2 />
            </IconButton>
          </div>
        ))}
        <Button look="quiet" className={styles.add} onClick={() => setLines([...lines, ['', '']])}>
          <Plus aria-hidden="true" /> Add a header
        </Button>
        <p className="muted">Sent with every request, and forgotten when this tab is closed.</p>
      </fieldset>
      <Button type="submit" look="primary" className={styles.add}>
        Use and test
      </Button>
      {test.error && <ErrorPanel error={test.error} what="Test" />}
      {test.data && (
        <p role="status" className={styles.works}>
          The server answers, with {test.data.__type?.fields?.length ?? 0} root fields.
        </p>
      )}
    </form>
  );
}
