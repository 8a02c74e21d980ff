import { CastellanError } from '@castellan/protocol';
import { serveOptions } from './service-table.ts';
import { limitOptions, runOptions } from './table.ts';
import type { OptionTable } from './row.ts';

const { store } = serveOptions;
const table: OptionTable = { ...runOptions, ...limitOptions, store };

/** Names of options in messages of the library and the service, the longest first, with their flags. */
const names: readonly (readonly [option: string, flag: string])[] = Object.entries(table)
  .flatMap(([flag, { policy, library, config }]) => {
    const limit = policy?.startsWith('limits.') === true ? [policy.slice('limits.'.length)] : [];
    return [policy, library, config, ...limit]
      .filter((option) => option !== undefined)
      .map((option) => [option, `--${flag}`] as const);
  })
  .toSorted(([one], [other]) => other.length - one.length);

/**
 * Returns the text with flags in place of the names of options: `networkBytes` and `network.allow`
 * wherever they are, and plain words such as `modules` only where a message begins with them.
 */
export function withFlagNames(text: string): string {
  let named = text.replace(/^policies\.default(?:\.|: )/, '');
  for (const [option, flag] of names) {
    const word = option.replaceAll('.', '\\.');
    const place = /[.A-Z]/.test(option) ? '(?<![\\w.-])' : '^';
    named = named.replace(
      new RegExp(`${place}(?:limits\\.)?${word}(?:\\[\\d+\\])?(?![\\w(]|\\.\\w)`, 'g'),
      flag,
    );
  }
  return named;
}

/** Returns the error as a command line says it, which sets options by flags alone. */
export function inFlags(error: unknown): unknown {
  if (!(error instanceof CastellanError)) return error;
  const { code, detail, fix, option, value, allowed, cause } = error;
  return new CastellanError(code, withFlagNames(detail), {
    fix: fix === null ? null : withFlagNames(fix),
    option,
    value,
    allowed,
    cause,
  });
}
