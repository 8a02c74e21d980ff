import type { Overview } from '@castellan/sdk';
import { useMemo, useRef } from 'preact/hooks';
import type { Looking } from './looking.ts';
import { Failed } from './failed.tsx';
import { Launchers, Workers } from './launchers.tsx';
import { Link } from './link.tsx';
import { useLive } from './live.ts';
import { noWish } from './place.ts';
import { type Sample, sampleOf, within } from './rates.ts';
import { Time } from './time.tsx';

const everyMs = 2_000;

/** The service as it stands: how much it does, what does it, and for whom. */
export function ServiceView({ session }: Looking) {
  const { client } = session;
  const { value, failure } = useLive(
    session,
    everyMs,
    (signal) => client.admin.overview({ signal }),
    [session],
  );
  return (
    <>
      <h2>Service</h2>
      <Failed failure={failure} />
      {value === null ? (
        failure === null && <p class="muted">Asking the service …</p>
      ) : (
        <Standing overview={value} />
      )}
    </>
  );
}

function Standing({ overview }: { overview: Overview }) {
  const { counts, problems, launchers, tenants, you } = overview;
  return (
    <>
      <Pressure overview={overview} />
      <div class="columns">
        <section>
          <h3>Launchers</h3>
          <Launchers launchers={launchers} />
          <Workers workers={overview.workers} />
          <h3>Boxes by policy</h3>
          <Pools launchers={launchers} />
          <h3>{you.mayNameTenant ? 'Tenants at work' : 'Your tenant at work'}</h3>
          <Tenants tenants={tenants} />
        </section>
        <section>
          <h3>
            Since <Time at={overview.startedAt} />
          </h3>
          <dl>
            <dt>Runs taken</dt>
            <dd>{counts.submitted}</dd>
            <dt>Repeats of a request</dt>
            <dd>{counts.replayed}</dd>
            <dt>Attempts retried</dt>
            <dd>{counts.retried}</dd>
          </dl>
          <Numbers title="Ended" numbers={counts.ended} none="No run has ended." />
          <Numbers title="Refused" numbers={counts.refused} none="No run was refused." />
          <Numbers title="Problems answered" numbers={problems} none="None." />
        </section>
      </div>
    </>
  );
}

/** What is done now, and how fast, as this page has seen it within a minute. */
function Pressure({ overview }: { overview: Overview }) {
  const { running, queued, capacity, reason } = overview;
  const samples = useRef<readonly Sample[]>([]);
  // What is drawn again is no new answer.
  useMemo(() => {
    samples.current = within(samples.current, sampleOf(overview, performance.now()));
  }, [overview]);
  const first = samples.current[0];
  const last = samples.current.at(-1);
  const minutes = first === undefined || last === undefined ? 0 : (last.at - first.at) / 60_000;
  const rate = (name: 'submitted' | 'ended' | 'limited'): string =>
    first === undefined || last === undefined || minutes === 0
      ? '…'
      : Math.round((last[name] - first[name]) / minutes).toLocaleString('en');
  return (
    <>
      <p role="status" class={reason === null ? 'good' : 'bad'}>
        {reason === null ? 'Takes runs.' : `Takes no runs: ${reason.replaceAll('_', ' ')}.`}
      </p>
      <dl class="cards">
        <div>
          <dt>Running</dt>
          <dd>
            {running.toLocaleString('en')} <small>of {capacity.toLocaleString('en')}</small>
            <progress value={running} max={capacity} aria-label="Places in use" />
          </dd>
        </div>
        <div>
          <dt>Waiting</dt>
          <dd>{queued.toLocaleString('en')}</dd>
        </div>
        <div>
          <dt>Taken per minute</dt>
          <dd>{rate('submitted')}</dd>
        </div>
        <div>
          <dt>Ended per minute</dt>
          <dd>{rate('ended')}</dd>
        </div>
        <div>
          <dt>Refused by a rate per minute</dt>
          <dd>{rate('limited')}</dd>
        </div>
      </dl>
    </>
  );
}

function Pools({ launchers }: Pick<Overview, 'launchers'>) {
  const pools = launchers.flatMap((launcher) => launcher.pools);
  if (pools.length === 0) return <p class="muted">No launcher has told of its boxes yet.</p>;
  const columns = { ready: 'Ready', kept: 'Kept', running: 'Running', waiting: 'Waiting' } as const;
  const names = Object.keys(columns) as (keyof typeof columns)[];
  return (
    <div class="table" tabIndex={0} role="region" aria-label="Boxes by policy">
      <table>
        <thead>
          <tr>
            <th scope="col">Policy</th>
            {names.map((name) => (
              <th key={name} scope="col" class="number">
                {columns[name]}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {pools.map((pool) => (
            <tr key={pool.policy}>
              <td>
                <Link to={{ view: 'policies' }}>{pool.policy}</Link>
              </td>
              {names.map((name) => (
                <td key={name} class="number">
                  {pool[name]}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Tenants({ tenants }: Pick<Overview, 'tenants'>) {
  if (tenants.length === 0) return <p class="muted">Nobody has a run that waits or runs.</p>;
  return (
    <div class="table" tabIndex={0} role="region" aria-label="Tenants at work">
      <table>
        <thead>
          <tr>
            <th scope="col">Tenant</th>
            <th scope="col" class="number">
              Running
            </th>
            <th scope="col" class="number">
              At most
            </th>
            <th scope="col" class="number">
              Waiting
            </th>
          </tr>
        </thead>
        <tbody>
          {tenants.map(({ name, running, runningCap, queued }) => (
            <tr key={name}>
              <td>
                <Link to={{ wanted: { ...noWish, tenant: name } }}>{name}</Link>
              </td>
              <td class="number">{running}</td>
              <td class="number">{runningCap}</td>
              <td class="number">{queued}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Numbers(props: {
  readonly title: string;
  readonly numbers: Readonly<Record<string, number>>;
  readonly none: string;
}) {
  const { title, numbers, none } = props;
  const some = Object.entries(numbers).filter(([, count]) => count > 0);
  return (
    <>
      <h3>{title}</h3>
      {some.length === 0 ? (
        <p class="muted">{none}</p>
      ) : (
        <dl>
          {some
            .toSorted(([, a], [, b]) => b - a)
            .map(([name, count]) => (
              <>
                <dt>{name.replace('/', ': ').replaceAll('_', ' ')}</dt>
                <dd>{count.toLocaleString('en')}</dd>
              </>
            ))}
        </dl>
      )}
    </>
  );
}
