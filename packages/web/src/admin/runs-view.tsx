import { namesOf, type Run, type RunStatus, runStatuses } from '@castellan/protocol';
import { useEffect, useState } from 'preact/hooks';
import { timeOf } from '../look/quantities.ts';
import { shownText } from '../results/filter.ts';
import type { Looking } from './looking.ts';
import { Failed } from './failed.tsx';
import { Link } from './link.tsx';
import { useLive } from './live.ts';
import { noWish, type Place, placeOf, searchOf, useGo, type Wanted } from './place.ts';
import { Time } from './time.tsx';

const everyMs = 3_000;
const mostLabels = 6;

/** The runs that fit, newest first, a page at a time. */
export function RunsView({ session, you, place }: Looking & { place: Place }) {
  const { wanted, cursor } = place;
  const { value, failure } = useLive(
    session,
    everyMs,
    (signal) => session.client.runs.list(queryOf(place), { signal }),
    [session, searchOf(place)],
  );
  return (
    <>
      <h2>Runs</h2>
      <Wishes wanted={wanted} you={you} />
      <Failed failure={failure} />
      {value === null && failure === null && <p class="muted">Asking the service …</p>}
      {value !== null && (
        <>
          <RunTable items={value.items} mayNameTenant={you.mayNameTenant} />
          {value.items.length === 0 && (
            <p class="muted">
              {value.nextCursor === null
                ? 'No run fits.'
                : 'None of the runs that were looked at fits; older ones may.'}
            </p>
          )}
          <p class="paging">
            {cursor !== null && <Link to={{ wanted }}>Newest</Link>}
            {value.nextCursor !== null && (
              <Link to={{ wanted, cursor: value.nextCursor }}>Older</Link>
            )}
          </p>
        </>
      )}
    </>
  );
}

function queryOf({ wanted: { status, tenant, policy, label }, cursor }: Place) {
  return {
    ...(status === '' ? {} : { status }),
    ...(tenant === '' ? {} : { tenant }),
    ...(policy === '' ? {} : { policy }),
    ...(label === '' ? {} : { label }),
    ...(cursor === null ? {} : { cursor }),
  };
}

/** What is looked for. It is in the address, so that it can be kept and sent to others. */
function Wishes({ wanted, you }: { wanted: Wanted; you: Looking['you'] }) {
  const go = useGo();
  const [writing, setWriting] = useState(wanted);
  useEffect(() => setWriting(wanted), [JSON.stringify(wanted)]);
  const look = (next: Wanted): void => go(placeOf({ wanted: next }));
  const field = (name: 'tenant' | 'policy' | 'label', label: string, hint: string) => (
    <label>
      <span>{label}</span>
      <input
        type="search"
        placeholder={hint}
        spellcheck={false}
        list={name === 'policy' ? 'policies' : undefined}
        value={writing[name]}
        onInput={({ currentTarget: { value } }) => setWriting({ ...writing, [name]: value })}
        onChange={({ currentTarget: { value } }) => look({ ...writing, [name]: value.trim() })}
      />
    </label>
  );
  return (
    <form
      class="wishes"
      role="search"
      onSubmit={(event) => {
        event.preventDefault();
        look(writing);
      }}
    >
      <label>
        <span>Status</span>
        <select
          value={wanted.status}
          onChange={({ currentTarget: { value } }) =>
            look({ ...writing, status: value as RunStatus | '' })
          }
        >
          <option value="">all</option>
          {namesOf(runStatuses).map((status) => (
            <option key={status} value={status}>
              {status.replace('_', ' ')}
            </option>
          ))}
        </select>
      </label>
      {you.mayNameTenant && field('tenant', 'Tenant', 'all')}
      {field('policy', 'Policy', 'all')}
      <datalist id="policies">
        {you.policies.map((name) => (
          <option key={name} value={name} />
        ))}
      </datalist>
      {field('label', 'Label', 'name=value')}
      {searchOf(placeOf({ wanted })) !== '' && (
        <button type="button" onClick={() => look(noWish)}>
          Show all
        </button>
      )}
    </form>
  );
}

function RunTable({ items, mayNameTenant }: { items: readonly Run[]; mayNameTenant: boolean }) {
  if (items.length === 0) return null;
  return (
    <div class="table" tabIndex={0} role="region" aria-label="Runs">
      <table class="runs">
        <thead>
          <tr>
            <th scope="col">Status</th>
            <th scope="col">Run</th>
            {mayNameTenant && <th scope="col">Tenant</th>}
            <th scope="col">Policy</th>
            <th scope="col">Created</th>
            <th scope="col" class="number">
              Took
            </th>
          </tr>
        </thead>
        <tbody>
          {items.map((run) => (
            <Row key={run.id} run={run} mayNameTenant={mayNameTenant} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Row({ run, mayNameTenant }: { run: Run; mayNameTenant: boolean }) {
  const { id, status, reason, tenant, policy, labels, createdAt, timings } = run;
  const named = Object.entries(labels);
  return (
    <tr>
      <td>
        <strong class={`status ${status}`}>{status.replace('_', ' ')}</strong>
        {reason !== null && reason !== status && <p class="muted">{reason}</p>}
      </td>
      <td>
        <Link to={{ run: id }} class="id">
          {id}
        </Link>
        {named.length > 0 && (
          <p class="labels">
            {named.slice(0, mostLabels).map(([name, value]) => (
              <Link key={name} to={{ wanted: { ...noWish, label: `${name}=${value}` } }}>
                <bdi>{shownText(`${name}=${value.slice(0, 60)}`)}</bdi>
              </Link>
            ))}
            {named.length > mostLabels && ` and ${named.length - mostLabels} more`}
          </p>
        )}
      </td>
      {mayNameTenant && (
        <td>
          <Link to={{ wanted: { ...noWish, tenant } }}>{tenant}</Link>
        </td>
      )}
      <td>
        <Link to={{ wanted: { ...noWish, policy } }}>{policy}</Link>
      </td>
      <td>
        <Time at={createdAt} />
      </td>
      <td class="number">{run.finishedAt === null ? '' : timeOf(timings.totalMs)}</td>
    </tr>
  );
}
