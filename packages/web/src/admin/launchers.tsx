import type { Overview } from '@castellan/sdk';
import { Time } from './time.tsx';

/** The service's own, with what became of their processes. */
export function Launchers({ launchers }: Pick<Overview, 'launchers'>) {
  if (launchers.length === 0) {
    return <p class="muted">None of its own: runs go to workers.</p>;
  }
  return (
    <>
      {launchers.map(({ pid, since, starts, lastEnd }, at) => (
        <dl key={at}>
          <dt>Process</dt>
          <dd>{pid ?? 'none: it is being started again'}</dd>
          {since !== null && (
            <>
              <dt>Up since</dt>
              <dd>
                <Time at={since} />
              </dd>
            </>
          )}
          <dt>Starts</dt>
          <dd>{starts}</dd>
          {lastEnd !== null && (
            <>
              <dt>Last end</dt>
              <dd>
                <bdi>{lastEnd}</bdi>
              </dd>
            </>
          )}
        </dl>
      ))}
    </>
  );
}

/** What tells workers of one key apart, as much of it as there is room for. */
const shortOf = (id: string): string => id.slice(id.lastIndexOf('_') + 1).slice(0, 8);

/** Launchers on other machines that ask this service; nothing where there are none. */
export function Workers({ workers }: Pick<Overview, 'workers'>) {
  if (workers.length === 0) return null;
  return (
    <>
      <h3>Workers</h3>
      <div class="table" tabIndex={0} role="region" aria-label="Workers">
        <table>
          <thead>
            <tr>
              <th scope="col">Worker</th>
              <th scope="col">Policies</th>
              <th scope="col">Labels</th>
              <th scope="col" class="number">
                Running
              </th>
              <th scope="col" class="number">
                Free
              </th>
            </tr>
          </thead>
          <tbody>
            {workers.map(({ id, policies, labels, running, free }) => (
              <tr key={id}>
                <td>
                  <code title={id}>{shortOf(id)}</code>
                </td>
                <td>{policies.join(', ')}</td>
                <td>
                  <bdi>
                    {Object.entries(labels)
                      .map((pair) => pair.join('='))
                      .join(', ')}
                  </bdi>
                </td>
                <td class="number">{running}</td>
                <td class="number">{free}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}
