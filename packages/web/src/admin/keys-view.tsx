import type { KeyRecord } from '@castellan/sdk';
import { useState } from 'preact/hooks';
import { shownText } from '../results/filter.ts';
import type { Looking } from './looking.ts';
import { Failed } from './failed.tsx';
import { failureOf, useLive } from './live.ts';
import { NewKeyForm } from './new-key.tsx';
import { Time } from './time.tsx';

const everyMs = 10_000;

/** The keys that are within the one that looks: made here, shown once, revoked for ever. */
export function KeysView({ session, you }: Looking) {
  const { keys } = session.client.admin;
  const [isAll, setAll] = useState(false);
  const [refused, setRefused] = useState<ReturnType<typeof failureOf> | null>(null);
  const { value, failure, refresh } = useLive(session, everyMs, (signal) => keys.list({ signal }), [
    session,
  ]);
  const revoke = async (id: string): Promise<void> => {
    setRefused(null);
    try {
      await keys.revoke(id);
    } catch (error) {
      setRefused(failureOf(error));
    }
    refresh();
  };
  const shown = (value ?? []).filter((key) => isAll || standing(key) === 'in force').toReversed();
  const others = (value?.length ?? 0) - shown.length;
  return (
    <>
      <h2>Keys</h2>
      {you.id === 'loopback' ? (
        <div class="notice" role="note">
          <p>
            This service has no key yet: every program of this machine may use it. The first key is
            made on the machine itself; from then on everything needs one.
          </p>
          <pre tabIndex={0} aria-label="A command">
            castellan keys create --any-tenant --scope admin --scope runs:read --scope runs:write
          </pre>
        </div>
      ) : (
        <NewKeyForm session={session} you={you} onMade={refresh} />
      )}
      <Failed failure={refused ?? failure} />
      {value === null && failure === null && <p class="muted">Asking the service …</p>}
      {shown.length > 0 && (
        <div class="table" tabIndex={0} role="region" aria-label="Keys">
          <table>
            <thead>
              <tr>
                <th scope="col">Key</th>
                <th scope="col">Tenant</th>
                <th scope="col">May</th>
                <th scope="col">Policies</th>
                <th scope="col">Made</th>
                <th scope="col">Ends</th>
                <th scope="col">
                  <span class="hidden">Revoke</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {shown.map((key) => (
                <Row key={key.id} record={key} isOwn={key.id === you.id} onRevoke={revoke} />
              ))}
            </tbody>
          </table>
        </div>
      )}
      {value !== null && (isAll || others > 0) && (
        <p>
          <label class="check">
            <input
              type="checkbox"
              checked={isAll}
              onChange={({ currentTarget }) => setAll(currentTarget.checked)}
            />
            {isAll ? 'Show those that are over too' : `Show ${others} that are over too`}
          </label>
        </p>
      )}
    </>
  );
}

interface RowProps {
  readonly record: KeyRecord;
  readonly isOwn: boolean;
  readonly onRevoke: (id: string) => Promise<void>;
}

function Row({ record, isOwn, onRevoke }: RowProps) {
  const { id, name, tenant, mayNameTenant, policies, scopes, createdAt, expiresAt } = record;
  const [isAsked, setAsked] = useState(false);
  const stands = standing(record);
  return (
    <tr>
      <td>
        <bdi>{shownText(name)}</bdi>
        <p class="muted id">{id}</p>
        {isOwn && <p>the one that you use</p>}
      </td>
      <td>{mayNameTenant ? `${tenant}, and all others` : tenant}</td>
      <td>{scopes.join(', ')}</td>
      <td>
        <bdi>{policies.join(', ')}</bdi>
      </td>
      <td>
        <Time at={createdAt} />
      </td>
      <td>{expiresAt === null ? 'never' : <Time at={expiresAt} />}</td>
      <td>
        {stands !== 'in force' && <span class="muted">{stands}</span>}
        {stands === 'in force' && !isAsked && (
          <button type="button" onClick={() => setAsked(true)}>
            Revoke<span class="hidden"> {id}</span>
          </button>
        )}
        {stands === 'in force' && isAsked && (
          <span class="asked">
            <button type="button" class="stop" onClick={() => void onRevoke(id)}>
              Revoke for ever
            </button>
            <button type="button" onClick={() => setAsked(false)}>
              Keep
            </button>
          </span>
        )}
      </td>
    </tr>
  );
}

function standing({ revokedAt, expiresAt }: KeyRecord): 'in force' | 'revoked' | 'over' {
  if (revokedAt !== null) return 'revoked';
  return expiresAt !== null && Date.parse(expiresAt) <= Date.now() ? 'over' : 'in force';
}
