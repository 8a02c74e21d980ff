import type { Kind } from './kind.ts';
import { whole } from './kinds.ts';
import { shape } from './structures.ts';

/** How long the gateway waits for servers, in milliseconds. What is left out has its default. */
export interface NetworkTimeouts {
  /** For a connection, with TLS where the gateway speaks it, over all addresses of a name. Default 40,000. */
  readonly connectMs?: number;
  /** From the end of a request to the head of its answer. Default 300,000. */
  readonly headersMs?: number;
  /** Between two pieces of an answer’s body. Default 300,000. */
  readonly idleMs?: number;
}

/** Runs have limits of their own, so these only end what would else hang for as long as its run. */
const longest = 2 ** 31 - 1;

/**
 * The time-outs with their defaults: as long as in `fetch` of Node, except that a connection has
 * longer than the 30 seconds that Puppeteer waits for a page, whose error names the page.
 */
export const networkTimeoutTable = {
  connectMs: {
    kind: whole(1, longest),
    default: 40_000,
    sentence: 'Time for a connection, over all addresses of a name.',
  },
  headersMs: {
    kind: whole(1, longest),
    default: 300_000,
    sentence: 'Time from the end of a request to the head of its answer.',
  },
  idleMs: {
    kind: whole(1, longest),
    default: 300_000,
    sentence: 'Time between two pieces of the body of an answer.',
  },
} as const satisfies Readonly<
  Record<
    keyof NetworkTimeouts,
    { readonly kind: Kind<number>; readonly default: number; readonly sentence: string }
  >
>;

/** Validates `NetworkTimeouts`. */
export const networkTimeouts: Kind<NetworkTimeouts> = shape<NetworkTimeouts>(
  'an object { connectMs, headersMs, idleMs }',
  {
    connectMs: networkTimeoutTable.connectMs.kind,
    headersMs: networkTimeoutTable.headersMs.kind,
    idleMs: networkTimeoutTable.idleMs.kind,
  },
  { optional: ['connectMs', 'headersMs', 'idleMs'] },
);
