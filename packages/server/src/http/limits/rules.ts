import { CastellanError } from '@castellan/protocol';
import type { Routes } from '../routes/unknown.ts';
import type { RateRule } from './options.ts';

/** The rules that are there without being named in the config. */
const own = ['key', 'address', 'wrong-keys'];

/** Throws `invalid_option` for a rule that would never count anything, or that no answer could show. */
export function checkRules(rules: readonly RateRule[], routes: Routes): void {
  const names = new Set(own);
  const paths = [...routes].flatMap(([url, methods]) =>
    [...methods].filter((method) => method !== 'HEAD').map((method) => `${method} ${url}`),
  );
  for (const { name, by, paths: counted = [] } of rules) {
    const shown = JSON.stringify(name);
    if (!/^[a-z][a-z0-9-]{0,63}$/.test(name)) {
      refuse(`${shown} cannot name a rule: use a letter, then at most 63 of a-z 0-9 -.`);
    }
    if (names.has(name)) refuse(`${shown} names another rule already.`);
    if (by.length === 0) refuse(`${shown} is counted by nothing.`);
    const unknown = counted.find((path) => !paths.includes(path));
    if (unknown !== undefined) {
      refuse(`${shown}: ${JSON.stringify(unknown)} is no route. Routes: ${paths.join(', ')}.`);
    }
    names.add(name);
  }
}

function refuse(why: string): never {
  throw new CastellanError('invalid_option', `rates.rules: ${why}`);
}
