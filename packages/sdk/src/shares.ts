import type { Http } from './http.ts';
import type { RunRequest, Script } from './request.ts';
import type { Stoppable } from './run.ts';

type NotShared =
  | 'env'
  | 'secrets'
  | 'labels'
  | 'tenant'
  | 'queue'
  | 'retry'
  | 'placement'
  | 'code'
  | 'files'
  | 'entry';

/** What others may open: a script and how it is to be run, without the environment, which holds secrets. */
export type ShareRequest = Script & Omit<RunRequest, NotShared>;

/** A script that the service keeps for those of the tenant who have its id. */
export interface Share {
  readonly id: string;
  /** RFC 3339, UTC. */
  readonly createdAt: string;
  /** When the service removes it; earlier, if the tenant stores much. */
  readonly expiresAt: string;
}

/** Scripts that are stored for others to open. */
export interface Shares {
  /** Stores a script. Nothing is run. */
  create(request: ShareRequest, options?: Stoppable): Promise<Share>;
  /** What was stored. Whoever did it is not trusted: read a script before you run it. */
  get(id: string, options?: Stoppable): Promise<Share & { readonly request: ShareRequest }>;
  /** Removes it at once. */
  remove(id: string, options?: Stoppable): Promise<void>;
}

export function sharesOf(http: Http): Shares {
  const pathOf = (id: string): string => `v1/shares/${encodeURIComponent(id)}`;
  return {
    create: (request, { signal } = {}) =>
      http.json('v1/shares', { method: 'POST', body: request, signal }),
    get: (id, { signal } = {}) => http.json(pathOf(id), { signal }),
    async remove(id, { signal } = {}) {
      await http.json(pathOf(id), { method: 'DELETE', signal });
    },
  };
}
