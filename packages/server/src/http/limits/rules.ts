import { CastellanError } from '@castellan/protocol';
import { ownRules, type RateRule } from './options.ts';

/** Names of the built-in rules. */
const own = ['key', 'address', 'wrong-keys', 'shut-out', ...ownRules.map(({ name }) => name)];

/**
 * Throws `invalid_option` for a rule that would never count anything, or whose name no header can
 * carry. `paths` are the paths that a rule may name, such as `GET /v1/runs/:id`.
 */
export function checkRules(rules: readonly RateRule[], paths: readonly string[]): void {
  const names = new Set(own);
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
