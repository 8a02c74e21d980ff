// Runs every program of test/attacks behind the walls of every driver, then writes test/attacks/outcomes.md
// and the table in SECURITY.md: `npm run attacks [-- DRIVER…]`. What has passed is kept in
// tmp/attacks.jsonl and not run again, so that it can be stopped and gone on with; `--again` begins anew.
// `--table` runs nothing, and writes what there is; `--patience 5` gives each run five times as long, on a
// machine that is busy.
import { once } from 'node:events';
import { run } from 'node:test';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { outcomesPage, summary } from './attacks/table.ts';
import { namesOf } from '@castellan/protocol';
import { folders, programsOf } from '../test/attacks/catalogue.support.ts';
import type { Outcome } from '../test/attacks/group.support.ts';
import { countOf, matrixDrivers } from '../test/attacks/matrix.support.ts';

const root = join(import.meta.dirname, '..');
const file = join(root, 'tmp/attacks.jsonl');
const { values, positionals } = parseArgs({
  options: {
    again: { type: 'boolean', default: false },
    table: { type: 'boolean', default: false },
    patience: { type: 'string', default: '1' },
  },
  allowPositionals: true,
});
mkdirSync(join(root, 'tmp'), { recursive: true });
if (values.again) rmSync(file, { force: true });
process.env['ATTACK_TABLE'] = file;
process.env['CASTELLAN_TEST_PATIENCE'] = values.patience;

const unknown = positionals.find((name) => !matrixDrivers.some((driver) => driver === name));
if (unknown !== undefined) {
  console.error(`No driver is called ${JSON.stringify(unknown)}: ${matrixDrivers.join(', ')}`);
  process.exit(2);
}
const drivers = matrixDrivers.filter(
  (name) => positionals.length === 0 || positionals.includes(name),
);
const failed: string[] = [];
for (const driver of values.table ? [] : drivers) await runDriver(driver);

const outcomes = existsSync(file) ? readOutcomes() : [];
if (outcomes.length > 0) await writeTables(outcomes);
let missing = 0;
for (const driver of matrixDrivers) missing += await countOf(driver);
console.log(`${outcomes.length} runs passed, ${failed.length} failed, ${missing} are missing`);
for (const line of failed) console.log(`FAIL ${line}`);
process.exitCode = failed.length > 0 ? 1 : 0;

async function runDriver(driver: (typeof matrixDrivers)[number]): Promise<void> {
  const count = await countOf(driver);
  if (count === 0) return console.log(`${driver}: nothing is left to run`);
  const begun = performance.now();
  let done = 0;
  process.env['ATTACK_DRIVERS'] = driver;
  const events = run({
    files: [join(root, 'test/faults/attacks.test.ts')],
    timeout: 4 * 3_600_000,
  });
  events.on('test:pass', ({ name, details }) => tell('ok  ', name, details));
  events.on('test:fail', ({ name, details }) => {
    tell('FAIL', name, details);
    const { cause } = details.error;
    failed.push(`${driver} ${name}: ${String(cause instanceof Error ? cause.message : cause)}`);
  });
  events.resume();
  await once(events, 'end');

  function tell(
    how: string,
    name: string,
    { type, duration_ms: ms }: { readonly type?: string | undefined; readonly duration_ms: number },
  ): void {
    if (type === 'suite' || !name.endsWith(' gets nothing')) return;
    done++;
    const left = ((performance.now() - begun) / done) * (count - done);
    const minutes = Math.ceil(left / 60_000);
    console.log(
      `${how} ${driver} ${done}/${count} ${name} (${Math.round(ms)} ms; ${minutes} min left)`,
    );
  }
}

function readOutcomes(): Outcome[] {
  const lines = readFileSync(file, 'utf8').trim().split('\n');
  return lines.map((line) => JSON.parse(line) as Outcome);
}

async function writeTables(all: readonly Outcome[]): Promise<void> {
  const attacks = await programsOf(namesOf(folders));
  writeFileSync(join(root, 'test/attacks/outcomes.md'), outcomesPage(all, attacks));
  const page = join(root, 'SECURITY.md');
  const between = /(<!-- attacks -->\n)[^]*?(\n<!-- end of attacks -->)/;
  const text = readFileSync(page, 'utf8');
  if (!between.test(text)) throw new Error('SECURITY.md has no marks for the table of attacks');
  writeFileSync(
    page,
    text.replace(between, (_all, from: string, to: string) => from + summary(all) + to),
  );
}
