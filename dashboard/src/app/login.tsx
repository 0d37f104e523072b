import { KeyRound, LogOut } from 'lucide-react';
import { useState } from 'react';
import { useAccess, type Access } from '~/api/access';
import { changeHeaders, sessionHeaders, useSessionHeaders } from '~/settings/settings';
import { Button, IconButton } from '~/ui/button';
import { Dialog } from '~/ui/dialog';
import { Field, Input, Segmented } from '~/ui/field';
import styles from './login.module.css';

const credentials = ['authorization', 'x-hasura-admin-secret', 'x-hasura-role'];

type Kind = 'token' | 'secret';
const kinds: { value: Kind; label: string }[] = [
  { value: 'token', label: 'Token' },
  { value: 'secret', label: 'Admin secret' },
];

/** The headers of the tab, without what tells who asks. */
const otherHeaders = () => Object.fromEntries(Object.entries(sessionHeaders()).filter(([name]) => !credentials.includes(name)));

/** Asks who is there when the server refuses a request. The page stays as it is behind it. */
export function Login() {
  const access = useAccess();
  // A refusal that was closed is not shown again, although every refresh repeats it.
  const [closed, setClosed] = useState<Access>();
  return (
    <Dialog open={access.refusal !== undefined && access !== closed} onClose={() => setClosed(access)} label="Log in">
      <LoginForm refusal={access.refusal ?? ''} />
    </Dialog>
  );
}

function LoginForm({ refusal }: { refusal: string }) {
  const before = sessionHeaders();
  const [kind, setKind] = useState<Kind>(before['x-hasura-admin-secret'] ? 'secret' : 'token');
  const [value, setValue] = useState('');
  const [role, setRole] = useState(before['x-hasura-role'] ?? '');

  const logIn = () => {
    const text = value.trim();
    changeHeaders({
      ...otherHeaders(),
      ...(kind === 'secret' ? { 'x-hasura-admin-secret': text } : { authorization: `Bearer ${text.replace(/^bearer\s+/i, '')}` }),
      ...(role.trim() ? { 'x-hasura-role': role.trim() } : {}),
    });
  };

  return (
    <form
      className={styles.form}
      onSubmit={(event) => {
        event.preventDefault();
        logIn();
      }}
    >
      <h2 className={styles.title}>{/JWTExpired/.test(refusal) ? 'Your token has expired' : 'Log in'}</h2>
      <p className="muted">{refusal}</p>
      <Segmented label="Log in with" value={kind} options={kinds} onChange={setKind} />
      <Field label={kind === 'secret' ? 'Admin secret' : 'Token'} hint="Kept for this tab only.">
        <Input type="password" autoComplete="off" required value={value} onChange={(event) => setValue(event.target.value)} />
      </Field>
      <Field label="Role" hint={kind === 'secret' ? 'Empty: admin' : 'Empty: the default role of the token'}>
        <Input value={role} autoComplete="off" onChange={(event) => setRole(event.target.value)} />
      </Field>
      <Button type="submit" look="primary">
        <KeyRound aria-hidden="true" /> Log in
      </Button>
    </form>
  );
}

/** Nothing while nobody has logged in. */
export function LogOutButton() {
  const headers = useSessionHeaders();
  if (!credentials.some((name) => name in headers)) return null;
  return (
    <IconButton label="Log out" onClick={() => changeHeaders(otherHeaders())}>
      <LogOut />
    </IconButton>
  );
}
