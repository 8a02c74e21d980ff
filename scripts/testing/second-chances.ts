/** Tests that may pass on a second try, and why their first may fail without a fault of ours. */
export interface SecondChance {
  /** What the path of the test file begins with. */
  readonly path: string;
  readonly reason: string;
}

/** So many files may need a second try in one run. More are a fault of ours, or of the machine. */
export const mostSecondTries = 2;

/** Parses the list of second chances. Throws if an entry is not a path and a reason. */
export function parseSecondChances(json: string): SecondChance[] {
  const list: unknown = JSON.parse(json);
  if (!Array.isArray(list)) throw new Error('The list of second chances must be an array.');
  return list.map((entry: unknown) => {
    const { path, reason, ...rest } = (entry ?? {}) as Record<string, unknown>;
    const texts = [path, reason].every((text) => typeof text === 'string' && text.trim() !== '');
    if (!texts || Object.keys(rest).length > 0) {
      throw new Error(`A second chance is { path, reason }, not ${JSON.stringify(entry)}.`);
    }
    return { path: path as string, reason: reason as string };
  });
}

/**
 * Which of the files that failed are tried again, alone. None of them if they are too many. What tells
 * whether a wall holds never is: an attack that gets through every second time has got through.
 */
export function chooseSecondTries(
  failed: readonly string[],
  chances: readonly SecondChance[],
): string[] {
  const chosen = failed.filter(
    (file) =>
      !/attack|hostile|intruder|sabotage/.test(file) &&
      chances.some(({ path }) => file.startsWith(path)),
  );
  return chosen.length <= mostSecondTries ? chosen : [];
}
