import type { KeyScope, NewKey } from '@castellan/sdk';
import { useState } from 'preact/hooks';
import type { Looking } from './looking.ts';
import { Failed } from './failed.tsx';
import { failureOf } from './live.ts';

interface Props extends Looking {
  readonly onMade: () => void;
}

/** What is written into the form. */
interface Wish {
  readonly name: string;
  readonly tenant: string;
  readonly mayNameTenant: boolean;
  readonly policies: readonly string[];
  readonly scopes: readonly KeyScope[];
  /** As the field has it; empty: never. */
  readonly ends: string;
}

const scopeWords: Readonly<Record<KeyScope, string>> = {
  'runs:write': 'submit and cancel runs',
  'runs:read': 'read runs',
  'functions:write': 'deploy and delete functions, read their sources',
  'secrets:write': 'set and remove secrets, see their names',
  'functions:invoke': 'call functions, and nothing else',
  work: 'take runs, as a worker on another machine',
  admin: 'see and change what this page shows',
};

/** Makes a key that may do no more than the one that looks. The key is in this page, once. */
export function NewKeyForm({ session, you, onMade }: Props) {
  const first: Wish = {
    name: '',
    tenant: you.tenant,
    mayNameTenant: false,
    policies: you.policies.slice(0, 1),
    scopes: you.scopes.filter((scope) => scope !== 'admin'),
    ends: '',
  };
  const [grant, setGrant] = useState(first);
  const [made, setMade] = useState<NewKey | null>(null);
  const [failure, setFailure] = useState<ReturnType<typeof failureOf> | null>(null);
  const [isBusy, setBusy] = useState(false);
  const change = (part: Partial<Wish>): void => setGrant({ ...grant, ...part });
  const make = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    setFailure(null);
    setMade(null);
    const { name, ends, ...rest } = grant;
    try {
      const wanted = {
        ...rest,
        ...(name.trim() === '' ? {} : { name: name.trim() }),
        expiresAt: ends === '' ? null : new Date(ends).toISOString(),
      };
      setMade(await session.client.admin.keys.create(wanted));
      setGrant(first);
      onMade();
    } catch (error) {
      setFailure(failureOf(error));
    }
    setBusy(false);
  };
  return (
    <details class="new-key" open={made !== null || undefined}>
      <summary>Make a key</summary>
      <form onSubmit={(event) => void make(event)}>
        <label>
          <span>Name, for people</span>
          <input
            maxLength={200}
            value={grant.name}
            onInput={({ currentTarget: { value } }) => change({ name: value })}
          />
        </label>
        {you.mayNameTenant && (
          <label>
            <span>Tenant</span>
            <input
              required
              maxLength={64}
              pattern="[A-Za-z0-9][A-Za-z0-9._\-]*"
              title="Up to 64 of A-Z a-z 0-9 . _ -"
              spellcheck={false}
              value={grant.tenant}
              onInput={({ currentTarget: { value } }) => change({ tenant: value })}
            />
          </label>
        )}
        <label>
          <span>Ends (never, if empty)</span>
          <input
            type="datetime-local"
            value={grant.ends}
            onInput={({ currentTarget: { value } }) => change({ ends: value })}
          />
        </label>
        <fieldset>
          <legend>It may</legend>
          {you.scopes.map((scope) => (
            <Tick
              key={scope}
              label={scopeWords[scope] ?? scope}
              isOn={grant.scopes.includes(scope)}
              onTick={() => change({ scopes: toggled(grant.scopes, scope, you.scopes) })}
            />
          ))}
          {you.mayNameTenant && (
            <Tick
              label="reach all tenants"
              isOn={grant.mayNameTenant}
              onTick={() => change({ mayNameTenant: !grant.mayNameTenant })}
            />
          )}
        </fieldset>
        <fieldset>
          <legend>Policies</legend>
          {you.policies.map((policy) => (
            <Tick
              key={policy}
              label={policy}
              isOn={grant.policies.includes(policy)}
              onTick={() => change({ policies: toggled(grant.policies, policy, you.policies) })}
            />
          ))}
        </fieldset>
        <button
          type="submit"
          class="primary"
          disabled={isBusy || grant.scopes.length === 0 || grant.policies.length === 0}
        >
          Make the key
        </button>
      </form>
      <Failed failure={failure} />
      {made !== null && <Made made={made} onClose={() => setMade(null)} />}
    </details>
  );
}

function Made({ made, onClose }: { made: NewKey; onClose: () => void }) {
  const [said, setSaid] = useState('');
  const copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(made.key).then(
      () => setSaid('Copied.'),
      () => setSaid('The browser does not let this page copy.'),
    );
  };
  return (
    <div class="notice made" role="status">
      <p>This is the key. It is shown this once and stored nowhere: keep it now.</p>
      <code class="secret">{made.key}</code>
      <p>
        <button type="button" onClick={() => void copy()}>
          Copy
        </button>{' '}
        <button type="button" onClick={onClose}>
          I have it
        </button>{' '}
        <span class="muted">{said}</span>
      </p>
    </div>
  );
}

function Tick(props: {
  readonly label: string;
  readonly isOn: boolean;
  readonly onTick: () => void;
}) {
  return (
    <label class="check">
      <input type="checkbox" checked={props.isOn} onChange={props.onTick} />
      <bdi>{props.label}</bdi>
    </label>
  );
}

/** With it or without it, in the order that all have. */
function toggled<Word>(some: readonly Word[], word: Word, all: readonly Word[]): readonly Word[] {
  return all.filter((each) => (each === word ? !some.includes(word) : some.includes(each)));
}
