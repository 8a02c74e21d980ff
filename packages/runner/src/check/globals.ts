import type { JobMessage } from '@castellan/protocol';
import type { GuestJob } from '../guest/host.ts';
import type { Warm } from '../isolate/warm.ts';
import type { Packages } from '../modules/packages.ts';

/** The global scope as a script will find it, its prototypes included. */
const listing = `
(() => {
  const names = [];
  for (let at = globalThis; at !== null; at = Object.getPrototypeOf(at)) {
    names.push(...Object.getOwnPropertyNames(at));
  }
  return names.join('\\n');
})()`;

/** Names that a script of this job finds on its global scope: asked of the isolate, not of a list. */
export function globalNames(
  { isolate, context, guest }: Warm,
  packages: Packages,
  job: JobMessage,
): string[] {
  const { params, env, helpers, outputBytes, valueBytes } = job;
  const begun: GuestJob = {
    ...{ params, env, helpers, outputBytes, valueBytes },
    alias: null,
    mentions: [],
    globals: packages.globals,
    browser: null,
  };
  guest.begin.applySync(undefined, [JSON.stringify(begun)]);
  const script = isolate.compileScriptSync(listing, { filename: 'castellan:globals' });
  const found = (script.runSync(context) as string).split('\n');
  // Only a run has a browser to connect to.
  return job.browser === null ? found : [...found, 'browser', 'page', 'puppeteer'];
}
