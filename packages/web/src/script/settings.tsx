import { type DriverName, type LimitName, limitTable, namesOf } from '@castellan/protocol';
import { boundsOf, modulesOf, type Offer, type Policy } from '../session/offer.ts';
import { sizeOf, timeOf } from '../look/quantities.ts';
import type { Draft } from './draft.ts';

interface Props {
  readonly draft: Draft;
  readonly policy: Policy;
  readonly offer: Offer;
}

/** What the policy gives, and how far a run may go within it. */
export function Settings({ draft, policy, offer }: Props) {
  const { limits, browser } = draft.writing;
  const hasBrowser = policy.browser && browser;
  const bounds = boundsOf(policy, hasBrowser);
  const set = (name: LimitName, text: string): void => {
    // As they are now: what was drawn may be older than the last field.
    const { [name]: _old, ...rest } = draft.writing.limits;
    const value = Number(text);
    draft.change({
      limits: text === '' || !Number.isFinite(value) ? rest : { ...rest, [name]: value },
    });
  };
  const modules = modulesOf(policy, offer);
  const count = Object.keys(limits).length;
  return (
    <details class="settings">
      <summary>
        {`Limits and what the policy offers${count === 0 ? '' : ` (${count} changed)`}`}
      </summary>
      <dl>
        <dt>Engine</dt>
        <dd>{policy.engine}</dd>
        <dt>Runtime</dt>
        <dd>{policy.runtime ?? 'none'}</dd>
        <dt id="isolation">Isolation</dt>
        <dd>
          {policy.drivers.length < 2 ? (
            policy.isolation
          ) : (
            <select
              aria-labelledby="isolation"
              value={draft.writing.isolation ?? policy.isolation}
              onChange={({ currentTarget }) =>
                draft.change({ isolation: currentTarget.value as DriverName })
              }
            >
              {policy.drivers.map((name) => (
                <option key={name}>{name}</option>
              ))}
            </select>
          )}
        </dd>
        <dt>Packages and built-ins</dt>
        <dd>{modules.length === 0 ? 'none' : modules.join(', ')}</dd>
        <dt>Network</dt>
        <dd>{policy.network === null ? 'none' : policy.network.allow.join(', ')}</dd>
        <dt>Helpers</dt>
        <dd>{policy.helpers.length === 0 ? 'none' : policy.helpers.join(', ')}</dd>
        <dt>Browser</dt>
        <dd>
          {policy.browser ? (
            <label class="check">
              <input
                type="checkbox"
                checked={browser}
                onChange={({ currentTarget }) => draft.change({ browser: currentTarget.checked })}
              />
              for scripts that name one
            </label>
          ) : (
            'none'
          )}
        </dd>
      </dl>
      <div class="limits">
        {namesOf(limitTable)
          .filter((name) => isMeant(name, policy, hasBrowser))
          .map((name) => (
            <label key={name} title={limitTable[name].sentence}>
              <span>{name}</span>
              <input
                type="number"
                min={limitTable[name].min}
                max={bounds.ceilings[name]}
                placeholder={String(bounds.limits[name])}
                value={limits[name] ?? ''}
                onInput={({ currentTarget }) => set(name, currentTarget.value)}
              />
              <span class="muted">{`at most ${shown(name, bounds.ceilings[name])}`}</span>
            </label>
          ))}
      </div>
    </details>
  );
}

function isMeant(name: LimitName, { engine }: Policy, hasBrowser: boolean): boolean {
  const row = limitTable[name];
  if (name.startsWith('browser')) return hasBrowser;
  return !('engine' in row) || row.engine === engine;
}

function shown(name: LimitName, value: number): string {
  return { ms: timeOf, bytes: sizeOf, count: String }[limitTable[name].unit](value);
}
