import type { Problem } from '@castellan/protocol';
import type { JobMessage } from '@castellan/protocol/frames';
import { check } from '../../script/check/check.ts';
import type { GuestJob } from '../../guest/host.ts';
import { complainIn } from './complain.ts';
import { Files } from '../../script/files.ts';
import { Linker } from './linker.ts';
import type { ModuleShelves } from './module-shelves.ts';
import { Packages } from './packages.ts';
import type { Warm } from './warm.ts';

/** Checks by the rules of a run in an isolate: with the platform's scope, loader and compiler. */
export function checkInIsolate(
  warm: Warm,
  shelves: ModuleShelves,
  job: JobMessage,
): Promise<readonly Problem[]> {
  const files = new Files(job, complainIn(warm));
  const packages = new Packages(shelves, job.modules, job.browser !== null);
  const linker = new Linker(warm, files, packages);
  return check(job, files, {
    globals: () => globalNames(warm, packages, job),
    find: (specifier, how) => packages.find(specifier, how),
    compile(file) {
      if (files.isLinked(file)) linker.link(file);
      else linker.define(file);
    },
  });
}

/** The global scope as a script will find it, its prototypes included. */
const listing = `
(() => {
  const names = [];
  for (let at = globalThis; at !== null; at = Object.getPrototypeOf(at)) {
    names.push(...Object.getOwnPropertyNames(at));
  }
  return names.join('\\n');
})()`;

/** The names that a script of this job finds on its global scope, read from the isolate itself. */
function globalNames(
  { isolate, context, guest }: Warm,
  packages: Packages,
  job: JobMessage,
): string[] {
  const { input, helpers, outputBytes, valueBytes } = job;
  const begun: GuestJob = {
    input,
    helpers,
    outputBytes,
    valueBytes,
    alias: null,
    mentions: [],
    globals: packages.globals,
    browser: null,
    request: null,
  };
  guest.begin.applySync(undefined, [JSON.stringify(begun)]);
  const script = isolate.compileScriptSync(listing, { filename: 'castellan:globals' });
  const found = (script.runSync(context) as string).split('\n');
  // Only a run has a browser to connect to.
  return job.browser === null ? found : [...found, 'browser', 'page', 'puppeteer'];
}
