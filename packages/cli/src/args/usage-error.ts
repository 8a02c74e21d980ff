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
  if (kind === 'option' && known.length > mostNames) {
    return new UsageError(`${sentence} --help lists all of them.`);
  }
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

/** As many words may be meant. */
const mostMeant = 3;

/**
 * Returns the most similar known word: at most two slips away, else those few that the given word is a part of, its
 * plural aside; undefined if none is similar enough.
 */
function nearest(given: string, known: readonly string[]): string | undefined {
  const bare = (word: string): string => word.toLowerCase().replace(/^-+/, '');
  const meant = bare(given);
  const [close] = known
    .map((word) => ({ word, slips: slipsBetween(meant, bare(word)) }))
    .filter(({ word, slips }) => slips <= 2 && slips * 2 <= bare(word).length)
    .toSorted((a, b) => a.slips - b.slips);
  if (close !== undefined) return close.word;
  const part = meant.replace(/s$/, '');
  const wholes = known.filter((word) => part.length > 2 && bare(word).includes(part));
  return wholes.length === 0 || wholes.length > mostMeant ? undefined : wholes.join(' or ');
}

/** Levenshtein distance, with two letters in the wrong order as one slip; 3 means more than 2. */
function slipsBetween(from: string, to: string): number {
  if (Math.abs(from.length - to.length) > 2) return 3;
  const rows = [Array.from({ length: to.length + 1 }, (_, index) => index)];
  for (let row = 1; row <= from.length; row++) {
    const above = rows[row - 1] ?? [];
    const here = [row];
    for (let column = 1; column <= to.length; column++) {
      const isSame = from[row - 1] === to[column - 1];
      let least = Math.min(
        (above[column - 1] ?? 0) + (isSame ? 0 : 1),
        (above[column] ?? 0) + 1,
        (here[column - 1] ?? 0) + 1,
      );
      const isSwapped = from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1];
      if (isSwapped) least = Math.min(least, (rows[row - 2]?.[column - 2] ?? 0) + 1);
      here.push(least);
    }
    rows.push(here);
  }
  return Math.min(3, rows[from.length]?.[to.length] ?? 3);
}
