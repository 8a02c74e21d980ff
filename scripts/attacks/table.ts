import type { Outcome } from '../../test/attacks/group.support.ts';
import { matrixDrivers } from '../../test/attacks/matrix.support.ts';

/** The page of what each program came to, by driver. */
export function outcomesPage(outcomes: readonly Outcome[]): string {
  const rows = new Map<string, Map<string, Set<string>>>();
  for (const { name, isolation, engine, isBare, status, reason } of outcomes) {
    const key = `\`${name}\` | ${engine}${isBare ? ', bare' : ''}`;
    const ends = rows.get(key) ?? new Map<string, Set<string>>();
    rows.set(key, ends.set(isolation, (ends.get(isolation) ?? new Set()).add(reason ?? status)));
  }
  const lines = [...rows]
    .toSorted(([one], [two]) => one.localeCompare(two))
    .map(([key, ends]) => {
      const cells = matrixDrivers.map((driver) => [...(ends.get(driver) ?? ['–'])].toSorted());
      return `| ${key} | ${cells.map((cell) => cell.join(', ')).join(' | ')} |`;
    });
  return `# What the attacks came to

Written by \`npm run attacks\`: ${outcomes.length} runs of ${programsIn(outcomes)} programs. Each cell is how the run ended, its reason or its status, and in each of them
[the oracle](README.md#the-oracle) found nothing: no canary, no path of the machine, no visitor, nothing left behind. A dash: not run there. \`bare\` is without Node's own
permissions; \`none\` is without any box, where only the isolate is in the way. With gVisor, programs have five times the time, and twice the processor time.

| program | engine | ${matrixDrivers.join(' | ')} |
|---|---|${'---|'.repeat(matrixDrivers.length)}
${lines.join('\n')}
`;
}

/** The lines of SECURITY.md between its two marks: how many programs and runs there were of each letter. */
export function summary(outcomes: readonly Outcome[]): string {
  const rows = Object.entries(letters).map(([title, pattern]) => {
    const own = outcomes.filter(({ name }) => pattern.test(name));
    const cells = matrixDrivers.map((driver) => {
      const { length } = own.filter(({ isolation }) => isolation === driver);
      return length === 0 ? '–' : String(length);
    });
    return `| ${title} | ${programsIn(own)} | ${cells.join(' | ')} |`;
  });
  return `| attacks on | programs | ${matrixDrivers.map((driver) => `runs, ${driver}`).join(' | ')} |
|---|---|${'---|'.repeat(matrixDrivers.length)}
${rows.join('\n')}
| all | ${programsIn(outcomes)} | ${matrixDrivers.map((driver) => outcomes.filter(({ isolation }) => isolation === driver).length).join(' | ')} |`;
}

/** By the folder, or by the letter in the names of the node engine's programs. */
const letters: Readonly<Record<string, RegExp>> = {
  'A: the realm, and with Node the frames': /^a-|^node-engine\/a-/,
  'B: modules and files': /^b-|^node-engine\/b-/,
  'C: isolated-vm': /^c-/,
  'D: exhaustion': /^d-|^node-engine\/d-/,
  'E: the network': /^e-|^node-engine\/e-/,
  'F: the browser': /^f-|^node-engine\/f-/,
  'G: the engine': /^g-|^node-engine\/g-/,
  'K: the kernel, by native code': /^node-engine\/k-/,
};

function programsIn(outcomes: readonly Outcome[]): number {
  return new Set(outcomes.map(({ name }) => name)).size;
}
