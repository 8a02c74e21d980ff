import type { Suite, Case } from '../contract/contract.support.ts';
import type { BrowserRunOptions } from '@castellan/sdk/browser-sandbox';
import { limitNames } from '@castellan/sdk/browser-sandbox';

/** A case of the contract, as the browser sandbox can be asked for it. */
export interface Portable extends Case {
  readonly source: string;
  readonly given: BrowserRunOptions;
}

/** Cases that only other engines can meet, by their names, and why. */
const elsewhere: Readonly<Record<string, string>> = {
  'text that is no JavaScript is tried as TypeScript': 'a browser has no compiler of types',
  'what helpers are given is judged in the same way': 'its helper is a function of Node’s',
  'crypto.subtle.generateKey({ name: "AES-GCM", length: 128 }, true, ["encrypt"]) is refused':
    'frames without an origin have no crypto.subtle',
};

/** The cases of a suite that are one text of JavaScript. */
export function portable(suite: Suite): Portable[] {
  const found: Portable[] = [];
  suite({
    engine: 'isolate',
    openSandbox: async () => Promise.reject(new Error('no box is needed here')),
    sandboxForFile: () => () => {
      throw new Error('no box is needed here');
    },
    contract: () => undefined,
    cases(_, table) {
      for (const row of table) {
        const { source } = row;
        if (typeof source === 'string' && !Object.hasOwn(elsewhere, row.name))
          found.push({ ...row, source, given: givenOf(row) });
      }
    },
  });
  return found;
}

function givenOf({ options = {} }: Case): BrowserRunOptions {
  const { params, env, stdin, limits = {} } = options;
  const kept = Object.entries(limits).filter(([name]) =>
    limitNames.some((limit) => limit === name),
  );
  return {
    ...(params === undefined ? {} : { params }),
    ...(env === undefined ? {} : { env }),
    ...(stdin === undefined ? {} : { stdin }),
    limits: Object.fromEntries(kept),
  };
}
