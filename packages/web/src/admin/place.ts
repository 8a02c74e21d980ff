import { namesOf, type RunStatus, runStatuses } from '@castellan/protocol';
import { createContext } from 'preact';
import { useContext, useEffect, useState } from 'preact/hooks';

export const views = {
  runs: 'Runs',
  service: 'Service',
  functions: 'Functions',
  keys: 'Keys',
  policies: 'Policies',
} as const;
export type View = keyof typeof views;

/** Which runs are looked for. A text that is empty looks for all. */
export interface Wanted {
  readonly status: RunStatus | '';
  readonly tenant: string;
  readonly policy: string;
  /** `name=value`, or a name alone. */
  readonly label: string;
}

/** What the page shows. All of it is in the address, and nothing else is. */
export interface Place {
  readonly view: View;
  /** The run that is looked at, in the view of runs. */
  readonly run: string | null;
  readonly wanted: Wanted;
  /** The last run of the page before. */
  readonly cursor: string | null;
}

export const noWish: Wanted = { status: '', tenant: '', policy: '', label: '' };

/** Whatever an address says: what makes no sense is left out. */
export function readPlace(search: string): Place {
  const given = new URLSearchParams(search);
  const text = (name: string): string => given.get(name)?.slice(0, 400) ?? '';
  return {
    view: namesOf(views).find((name) => name === text('view')) ?? 'runs',
    run: given.get('run'),
    wanted: {
      status: namesOf(runStatuses).find((name) => name === text('status')) ?? '',
      tenant: text('tenant'),
      policy: text('policy'),
      label: text('label'),
    },
    cursor: given.get('cursor'),
  };
}

/** The place as the end of an address. */
export function searchOf({ view, run, wanted, cursor }: Place): string {
  const said = new URLSearchParams();
  if (view !== 'runs') said.set('view', view);
  if (run !== null) said.set('run', run);
  for (const name of namesOf(wanted)) if (wanted[name] !== '') said.set(name, wanted[name]);
  if (cursor !== null) said.set('cursor', cursor);
  return said.size === 0 ? '' : `?${said.toString()}`;
}

export function placeOf(part: Partial<Place>): Place {
  return { view: 'runs', run: null, wanted: noWish, cursor: null, ...part };
}

export type Go = (place: Place) => void;

/** Goes to another place of the page. */
export const Going = createContext<Go>(() => undefined);

/** The place that the address names, and how to go to another one. */
export function usePlace(): readonly [Place, Go] {
  const [place, setPlace] = useState(() => readPlace(location.search));
  useEffect(() => {
    const look = (): void => setPlace(readPlace(location.search));
    addEventListener('popstate', look);
    return () => removeEventListener('popstate', look);
  }, []);
  const go: Go = (next) => {
    history.pushState(null, '', location.pathname + searchOf(next));
    setPlace(next);
    scrollTo(0, 0);
  };
  return [place, go];
}

export function useGo(): Go {
  return useContext(Going);
}
