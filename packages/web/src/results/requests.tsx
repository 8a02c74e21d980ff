import type { NetworkEntry } from '@castellan/protocol';
import { sizeOf, timeOf } from '../look/quantities.ts';

/** The requests that a script or its pages made, those that were refused among them. */
export function Requests({ requests }: { requests: readonly NetworkEntry[] }) {
  if (requests.length === 0) return <p class="muted empty">No requests.</p>;
  return (
    <div class="table" tabIndex={0} role="region" aria-label="Requests">
      <table>
        <thead>
          <tr>
            <th scope="col">Request</th>
            <th scope="col">Answer</th>
            <th scope="col">Time</th>
            <th scope="col">Sent</th>
            <th scope="col">Received</th>
          </tr>
        </thead>
        <tbody>
          {requests.slice(-500).map((entry) => (
            <tr key={entry.seq} class={entry.outcome}>
              <td>
                {entry.method} <bdi class="address">{entry.url}</bdi>
                {entry.reason !== null && <p class="muted">{entry.reason}</p>}
              </td>
              <td>{entry.status ?? entry.code ?? entry.outcome}</td>
              <td>{timeOf(entry.durationMs)}</td>
              <td>{sizeOf(entry.requestBytes)}</td>
              <td>{sizeOf(entry.responseBytes)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
