import type { Attack } from '../../test/attacks/attack.support.ts';
import type { Outcome } from '../../test/attacks/group.support.ts';
import { matrixDrivers, whyNot } from '../../test/attacks/matrix.support.ts';

/** A line of the page: a program with an engine, with or without Node's own permissions. */
interface Line {
  readonly attack: Attack;
  readonly isBare: boolean;
  /** How it ended, by driver. */
  readonly ends: Map<string, Set<string>>;
}

/** The page of what each program came to, by driver, with a reason for each that was not run. */
export function outcomesPage(outcomes: readonly Outcome[], attacks: readonly Attack[]): string {
  const byName = new Map(attacks.map((attack) => [attack.name, attack]));
  const rows = new Map<string, Line>();
  for (const { name, isolation, engine, isBare, status, reason } of outcomes) {
    const attack = byName.get(name);
    if (attack === undefined) continue;
    const key = `\`${name}\` | ${engine}${isBare ? ', bare' : ''}`;
    const row = rows.get(key) ?? { attack, isBare, ends: new Map<string, Set<string>>() };
    rows.set(key, row);
    row.ends.set(isolation, (row.ends.get(isolation) ?? new Set()).add(reason ?? status));
  }
  const reasons: string[] = [];
  /** The number under which a reason is told below the table. */
  const numberOf = (why: string): number => {
    if (!reasons.includes(why)) reasons.push(why);
    return reasons.indexOf(why) + 1;
  };
  const cellOf = (
    { attack, isBare, ends }: Line,
    driver: (typeof matrixDrivers)[number],
  ): string => {
    const found = ends.get(driver);
    if (found !== undefined) return [...found].toSorted().join(', ');
    const why = whyNot(driver, { ...attack, isBare });
    return why === undefined ? notRun : `(${numberOf(why)})`;
  };
  const lines = [...rows]
    .toSorted(([one], [two]) => one.localeCompare(two))
    .map(([key, row]) => {
      const cells = matrixDrivers.map((driver) => cellOf(row, driver));
      return `| ${key} | ${cells.join(' | ')} |`;
    });
  return `# What the attacks came to

Written by \`npm run attacks\`: ${outcomes.length} runs of ${programsIn(outcomes)} programs. Each cell is how the run ended, its reason or its status, and in each of them
[the oracle](README.md#the-oracle) found nothing: no canary, no path of the machine, no visitor, nothing left behind. A number in brackets: not run there, for the reason
[below](#not-run). \`bare\` is without Node's own permissions; \`none\` is without any box, where only the isolate is in the way; Chromium has its box there too. With gVisor,
programs have five times the time, and twice the processor time.

| program | engine | ${matrixDrivers.join(' | ')} |
|---|---|${'---|'.repeat(matrixDrivers.length)}
${lines.join('\n')}

## Not run

${reasons.map((why, index) => `${index + 1}. ${why}`).join('\n')}
`;
}

/** What stands in a cell that has neither an outcome nor a reason. */
export const notRun = '**not run**';

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
