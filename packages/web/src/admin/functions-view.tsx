import type { FunctionRecord } from '@castellan/sdk';
import { Failed } from './failed.tsx';
import { Link } from './link.tsx';
import { useLive } from './live.ts';
import type { Looking } from './looking.ts';
import { noWish, type Place } from './place.ts';
import { Time } from './time.tsx';

const everyMs = 10_000;

/** The functions that this key may see, which version of each calls run, and the way to their runs. */
export function FunctionsView({ session, place: { cursor } }: Looking & { readonly place: Place }) {
  const query = cursor === null ? {} : { cursor };
  const { value, failure } = useLive(
    session,
    everyMs,
    (signal) => session.client.functions.list(query, { signal }),
    [session, cursor],
  );
  return (
    <>
      <h2>Functions</h2>
      <Failed failure={failure} />
      {value === null && failure === null && <p class="muted">Asking the service …</p>}
      {value?.items.length === 0 && (
        <p class="muted">
          There are none. <code>castellan functions deploy NAME FILE</code> stores one.
        </p>
      )}
      {value !== null && value.items.length > 0 && <Table items={value.items} />}
      {value !== null && (
        <p class="paging">
          {cursor !== null && <Link to={{ view: 'functions' }}>Newest</Link>}
          {value.nextCursor !== null && (
            <Link to={{ view: 'functions', cursor: value.nextCursor }}>Older</Link>
          )}
        </p>
      )}
    </>
  );
}

function Table({ items }: { readonly items: readonly FunctionRecord[] }) {
  return (
    <div class="table" tabIndex={0} role="region" aria-label="Functions">
      <table>
        <thead>
          <tr>
            {['Function', 'Tenant', 'Live', 'Other aliases', 'Newest', 'Changed', 'Runs'].map(
              (title) => (
                <th key={title} scope="col">
                  {title}
                </th>
              ),
            )}
          </tr>
        </thead>
        <tbody>
          {items.map(({ id, name, tenant, aliases, newest, updatedAt }) => (
            <tr key={id}>
              <td>
                {name}
                <p class="muted id">{id}</p>
              </td>
              <td>{tenant}</td>
              <td>
                {aliases['live'] === undefined ? 'none' : `version ${aliases['live'].version}`}
              </td>
              <td>{othersOf(aliases)}</td>
              <td>{newest}</td>
              <td>
                <Time at={updatedAt} />
              </td>
              <td>
                <Link to={{ wanted: { ...noWish, tenant, label: `castellan/function=${name}` } }}>
                  Runs<span class="hidden"> of {name}</span>
                </Link>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function othersOf(aliases: FunctionRecord['aliases']): string {
  return Object.entries(aliases)
    .filter(([alias]) => alias !== 'live')
    .map(([alias, { version, percent }]) =>
      percent === null ? `${alias}: ${version}` : `${alias}: ${version} (${percent} %)`,
    )
    .join(', ');
}
