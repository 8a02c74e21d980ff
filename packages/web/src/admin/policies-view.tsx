import { type LimitName, limitTable, namesOf } from '@castellan/protocol';
import type { PolicyInForce } from '@castellan/sdk';
import { sizeOf, timeOf } from '../look/quantities.ts';
import type { Looking } from './looking.ts';
import { Failed } from './failed.tsx';
import { useLive } from './live.ts';

const everyMs = 30_000;

/** What the policies of this key are, as they are in force: with all that the config left to a default. */
export function PoliciesView({ session }: Looking) {
  const { client } = session;
  const { value, failure } = useLive(
    session,
    everyMs,
    (signal) => client.admin.policies({ signal }),
    [session],
  );
  return (
    <>
      <h2>Policies</h2>
      <p class="muted">
        As they are in force. They are changed in the config, and read again at SIGHUP or a start.
      </p>
      <Failed failure={failure} />
      {value === null && failure === null && <p class="muted">Asking the service …</p>}
      {value?.map((policy) => (
        <Policy key={policy.name} policy={policy} />
      ))}
    </>
  );
}

/** Fields that have a part of their own below. */
const apart = new Set(['name', 'limits', 'ceilings', 'withBrowser', 'operator']);

function Policy({ policy }: { policy: PolicyInForce }) {
  const { name, operator } = policy;
  const rows = [
    ...Object.entries(policy).filter(([field]) => !apart.has(field)),
    ...Object.entries({ ...operator, secrets: undefined }),
  ].filter(([, value]) => value !== undefined);
  return (
    <section class="policy" aria-label={`Policy ${name}`}>
      <h3>{name}</h3>
      <div class="columns">
        <dl>
          {rows.map(([field, value]) => (
            <>
              <dt>{field}</dt>
              <dd>
                <bdi>{textOf(value)}</bdi>
              </dd>
            </>
          ))}
          {operator.secrets.map((secret) => (
            <>
              <dt>
                secret <bdi>{secret.name}</bdi>
              </dt>
              <dd>
                <bdi>{[...secret.hosts, ...secret.headers].join(', ')}</bdi>
              </dd>
            </>
          ))}
        </dl>
        <Limits policy={policy} />
      </div>
    </section>
  );
}

function Limits({ policy: { name, limits, ceilings } }: { policy: PolicyInForce }) {
  return (
    <div class="table" tabIndex={0} role="region" aria-label={`Limits of ${name}`}>
      <table>
        <thead>
          <tr>
            <th scope="col">Limit</th>
            <th scope="col" class="number">
              By default
            </th>
            <th scope="col" class="number">
              At most
            </th>
          </tr>
        </thead>
        <tbody>
          {namesOf(limitTable).map((limit) => (
            <tr key={limit}>
              <td>{limit}</td>
              <td class="number">{shown(limit, limits[limit])}</td>
              <td class="number">{shown(limit, ceilings[limit])}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function shown(name: LimitName, value: number): string {
  const count = (number: number): string => number.toLocaleString('en');
  return { ms: timeOf, bytes: sizeOf, count }[limitTable[name].unit](value);
}

function textOf(value: unknown): string {
  if (value === null) return 'none';
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (Array.isArray(value)) return value.length === 0 ? 'none' : value.map(textOf).join(', ');
  if (typeof value === 'number') return value.toLocaleString('en');
  if (typeof value !== 'object') return typeof value === 'string' ? value : '';
  return Object.entries(value)
    .map(([field, part]) => `${field} ${textOf(part)}`)
    .join(' · ');
}
