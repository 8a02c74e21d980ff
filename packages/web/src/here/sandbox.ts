/** What runs scripts in this browser: a bundle by itself, which the page loads after it has been drawn. */
import { limitTable, namesOf } from '@castellan/protocol';
import {
  type BrowserLimits,
  type BrowserRunHandle,
  createBrowserSandbox,
  limitNames,
  type Transform,
} from '@castellan/sdk/browser-sandbox';
import type { Writing } from '../script/draft.ts';
import { readEnv, readParams } from '../script/input.ts';
import type { Policy } from '../session/offer.ts';
import { type Unfit, unfitHere } from './unfit.ts';

export { unfitHere };

/** The page's own policy forbids scripts that are written into it, so the frame has an address, beside the page's. */
const frame = new URL('playground/frame.html', document.baseURI).href;

/** A page cannot hold a script to an amount of memory, so it gets less time than a box may give. */
const mostWallMs = 10_000;

/**
 * Runs a script in a worker of this page, behind the browser's walls; nothing of the run is sent anywhere. Or
 * says why it cannot run here. `transform` takes types out.
 */
export function runHere(
  writing: Writing,
  policy: Policy,
  transform: Transform,
  signal: AbortSignal,
): Unfit | { readonly handle: BrowserRunHandle } {
  const unfit = unfitHere(writing, policy) ?? unkeptLimit(writing);
  if (unfit !== null) return unfit;
  const [params, env] = [readParams(writing.params), readEnv(writing.env)];
  if ('wrong' in params) return { why: params.wrong, fix: 'mend the parameters' };
  if ('wrong' in env) return { why: env.wrong, fix: 'mend the environment' };
  const options = {
    params: params.value,
    env: env.value,
    stdin: writing.stdin,
    limits: limitsHere(writing, policy),
    signal,
  };
  try {
    const { text: source } = writing.files[0] ?? { text: '' };
    return { handle: createBrowserSandbox({ frame, transform }).run(source, options) };
  } catch (error) {
    return { why: (error as Error).message, fix: 'change it, or choose Run' };
  }
}

/** A limit that was asked for and cannot be kept is no limit: it is refused. */
function unkeptLimit({ limits }: Writing): Unfit | null {
  const known: readonly string[] = limitNames;
  const unkept = namesOf(limitTable).filter((name) => name in limits && !known.includes(name));
  if (unkept.length === 0) return null;
  return {
    why: `No page can hold a script to ${unkept.join(', ')}.`,
    fix: `empty the field, or choose Run; limits here are ${limitNames.join(', ')}`,
  };
}

/** The policy's, as far as a page can keep them. */
function limitsHere({ limits }: Writing, policy: Policy): BrowserLimits {
  const wallMs = Math.min(policy.limits.wallMs, mostWallMs);
  const base = { ...policy.limits, wallMs };
  const entries = limitNames.map((name) => [name, limits[name] ?? base[name]] as const);
  return Object.fromEntries(entries) as BrowserLimits;
}
