/**
 * Runs scripts in the visitor's own browser: in a worker, in a frame without an origin, behind a policy
 * that lets no request out. The shape of a run is that of every other.
 */
import { Execution } from './execution.ts';
import { type BrowserHelpers, HelperTable } from './helpers.ts';
import { type BrowserLimits, resolveBrowserLimits } from './limits.ts';
import type { BrowserRunHandle } from './run.ts';
import type { Transform } from './transform.ts';

export { frameDocument, framePolicy } from './frame.ts';
export type { BrowserHelper, BrowserHelpers } from './helpers.ts';
export { type BrowserLimits, limitNames } from './limits.ts';
export type {
  BrowserIsolation,
  BrowserRun,
  BrowserRunEvent,
  BrowserRunHandle,
  BrowserUsage,
} from './run.ts';
export type { Transform } from './transform.ts';

/** How scripts of a sandbox run. */
export interface BrowserSandboxOptions {
  /** Limits of each run; `run` may set others. */
  readonly limits?: Partial<BrowserLimits> | undefined;
  /** Functions of the page that scripts may call; each answers later. */
  readonly helpers?: BrowserHelpers | undefined;
  /**
   * The address at which this site serves `frameDocument`. Needed where the page's own policy forbids
   * scripts that are written into it.
   */
  readonly frame?: string | undefined;
  /** Called for a script that does not parse as JavaScript; without it that is a `syntax_error`. */
  readonly transform?: Transform | undefined;
}

/** What one run is given. */
export interface BrowserRunOptions {
  /** Any JSON; the script has it as `params`. */
  readonly params?: unknown;
  /** Texts that the script has as `env`. */
  readonly env?: Readonly<Record<string, string>> | undefined;
  /** The text that the script has as `stdin`. */
  readonly stdin?: string | undefined;
  readonly limits?: Partial<BrowserLimits> | undefined;
  /** Names and texts to find the run by. */
  readonly labels?: Readonly<Record<string, string>> | undefined;
  /** Cancels the run. */
  readonly signal?: AbortSignal | undefined;
}

/** A sandbox in this page. It holds nothing between two runs: there is nothing to close. */
export interface BrowserSandbox {
  /**
   * Runs a script, one file, its text: JavaScript, or what `transform` makes it of. A script that fails is a result. Throws a `TypeError`
   * for what cannot be run.
   */
  run(source: string, options?: BrowserRunOptions): BrowserRunHandle;
}

/** Makes a sandbox in this page. Throws a `TypeError` for options that cannot be used. */
export function createBrowserSandbox(options: BrowserSandboxOptions = {}): BrowserSandbox {
  const { frame, transform } = options;
  const base = resolveBrowserLimits(options.limits);
  const helpers = new HelperTable(options.helpers ?? {});
  if (transform !== undefined && typeof transform !== 'function') {
    throw new TypeError(`transform is no function, but ${typeof transform}.`);
  }
  return {
    run(source, given = {}) {
      const { env = {}, stdin = '', labels = {}, signal } = given;
      const limits = resolveBrowserLimits(given.limits, base);
      const params = paramsText(given.params);
      refuseLarger('source', source, 'sourceBytes', limits.sourceBytes);
      refuseLarger('params', params, 'paramsBytes', limits.paramsBytes);
      refuseLarger('stdin', stdin, 'paramsBytes', limits.paramsBytes);
      const { outputBytes, valueBytes } = limits;
      const input = { params, env, stdin };
      const job = { source, input, helpers: helpers.tree, outputBytes, valueBytes };
      const execution = new Execution({ job, limits, labels, helpers, frame, transform, signal });
      return Object.defineProperties(execution.run() as BrowserRunHandle, {
        id: { value: execution.id, enumerable: true },
        [Symbol.asyncIterator]: { value: () => execution.journal.read() },
      });
    },
  };
}

function paramsText(params: unknown = {}): string {
  const text = JSON.stringify(params) as string | undefined;
  if (text !== undefined) return text;
  throw new TypeError(`params is a ${typeof params}, which JSON cannot carry.`);
}

function refuseLarger(what: string, text: string, limit: string, most: number): void {
  if (typeof text !== 'string') throw new TypeError(`The ${what} is no text, but ${typeof text}.`);
  const bytes = new TextEncoder().encode(text).length;
  if (bytes <= most) return;
  throw new TypeError(`The ${what} is ${bytes} bytes long, ${limit} allows ${most}.`);
}
