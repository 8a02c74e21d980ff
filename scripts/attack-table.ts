// `node scripts/attack-table.ts FILE…` makes `test/attacks/outcomes.md` of the outcomes that
// `ATTACK_TABLE=FILE npm run test:faults -- attacks` has kept: what each program came to behind each
// driver's walls.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

interface Outcome {
  /** Folder and file. */
  readonly name: string;
  readonly technique: string;
  readonly isolation: string;
  readonly engine: string;
  /** Without Node's own permissions. */
  readonly isBare: boolean;
  readonly status: string;
  readonly reason: string | null;
}

const columns = ['bubblewrap', 'oci', 'gvisor'];
const outcomes = process.argv
  .slice(2)
  .flatMap((file) => readFileSync(file, 'utf8').trim().split('\n'))
  .map((line) => JSON.parse(line) as Outcome);

/** By program and engine: the ways in which it ended, by driver. */
const rows = new Map<string, { technique: string; ends: Map<string, Set<string>> }>();
for (const { name, technique, isolation, engine, isBare, status, reason } of outcomes) {
  const key = `\`${name}\` | ${engine}${isBare ? ', bare' : ''}`;
  const row = rows.get(key) ?? { technique, ends: new Map<string, Set<string>>() };
  const ends = row.ends.get(isolation) ?? new Set();
  row.ends.set(isolation, ends.add(reason ?? status));
  rows.set(key, row);
}

const lines = [...rows]
  .toSorted(([one], [two]) => one.localeCompare(two))
  .map(([key, { ends }]) => {
    const cells = columns.map((driver) => [...(ends.get(driver) ?? ['–'])].toSorted().join(', '));
    return `| ${key} | ${cells.join(' | ')} |`;
  });

writeFileSync(
  join(import.meta.dirname, '../test/attacks/outcomes.md'),
  `# What the attacks came to

Written by \`scripts/attack-table.ts\` from several runs of \`ATTACK_TABLE=FILE npm run test:faults -- attacks\` on a busy machine, of which what passed is shown: ${outcomes.length} runs of
${new Set(outcomes.map(({ name }) => name)).size} programs. Each cell is how the run ended, its reason or its status, and in each of them [the oracle](README.md#the-oracle) found
nothing: no canary, no path of the machine, no visitor, nothing left behind. A dash: not run there, or out of time on a busy machine. \`bare\` is without Node's own permissions.
With gVisor, programs have five times the time, and twice the processor time.

| program | engine | ${columns.join(' | ')} |
|---|---|${'---|'.repeat(columns.length)}
${lines.join('\n')}
`,
);
