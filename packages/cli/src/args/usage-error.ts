import { type Kind, Misfit, misfitSentence, shown } from '@castellan/protocol/kinds';

/**
 * Wrong usage, exit code 2. The message names the offending value, says what is wrong with it and
 * what to do.
 */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** A longer list of names is not printed; `--help` has it. */
const mostNames = 12;

/** The error for an unknown word. Suggests the most similar known word, or lists all of them. */
export function unknownWord(kind: string, given: string, known: readonly string[]): UsageError {
  const near = nearest(given, known);
  const sentence = `Unknown ${kind} ${shown(given)}.`;
  if (near !== undefined) return new UsageError(`${sentence} Did you mean ${near}?`);
  if (known.length > mostNames) return new UsageError(`${sentence} --help lists all of them.`);
  return new UsageError(`${sentence} Known: ${known.join(', ')}.`);
}

/** Parses the text of an option. Throws a `UsageError` that names the option. */
export function readFlag<Value>(kind: Kind<Value>, given: string, flag: string): Value {
  try {
    return kind.read(kind.parse(given));
  } catch (error) {
    if (!(error instanceof Misfit)) throw error;
    const near = nearest(given, error.allowed ?? []);
    const more = near === undefined ? '' : ` Did you mean ${near}?`;
    throw new UsageError(`${misfitSentence(error, flag)}${more}`);
  }
}

/**
 * Returns the most similar known word, at most two edits away; undefined if none is similar enough.
 */
function nearest(given: string, known: readonly string[]): string | undefined {
  const found = known
    .map((word) => ({ word, slips: slipsBetween(given.toLowerCase(), word.toLowerCase()) }))
    .filter(({ word, slips }) => slips <= 2 && slips * 2 <= word.replace(/^-+/, '').length)
    .toSorted((a, b) => a.slips - b.slips);
  return found[0]?.word;
}

/** Levenshtein distance; 3 means more than 2. */
function slipsBetween(from: string, to: string): number {
  if (Math.abs(from.length - to.length) > 2) return 3;
  let above = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (const [row, letter] of [...from].entries()) {
    const here = [row + 1];
    for (let column = 0; column < to.length; column++) {
      const changed = (above[column] ?? 0) + (letter === to[column] ? 0 : 1);
      here.push(Math.min(changed, (above[column + 1] ?? 0) + 1, (here[column] ?? 0) + 1));
    }
    above = here;
  }
  return above[to.length] ?? 3;
}
