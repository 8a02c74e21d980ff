// Runs the checks, then the tests, each file in its own process: `npm test [-- PATTERN…]`.
// With a pattern: only the test files whose path contains it, and no checks.
// With --faults: the fault tests instead, and no checks.
// A file that drives a browser and fails beside others is run again alone, and named at the end.
// With CI set, a skipped test is a failure unless test/allowed-skips.json allows it, or it is one of
// the contract's exclusions.
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { listChecks, runChecks } from './checks.ts';
import { patience } from '../test/shared/patience.support.ts';
import { exclusions } from '../test/contract/exclusions.ts';
import { findTests } from './testing/find-tests.ts';
import { runInLanes } from './testing/lanes.ts';
import { chooseSecondTries, parseSecondChances } from './testing/second-chances.ts';
import { isStrict, parseAllowedSkips, refuseSkips } from './testing/skips.ts';
import { runTestFile } from './testing/test-file.ts';

interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

const root = join(import.meta.dirname, '..');
const { values, positionals: patterns } = parseArgs({
  options: { faults: { type: 'boolean', default: false } },
  allowPositionals: true,
});
const kind = values.faults ? 'faults' : 'tests';
const minute = 60_000 * patience;
const limits = values.faults
  ? { testMs: 60 * minute, fileMs: 61 * minute }
  : { testMs: minute, fileMs: 8 * minute };
const allowed = [
  ...parseAllowedSkips(readFileSync(join(root, 'test/allowed-skips.json'), 'utf8')),
  // What of the contract does not hold for the node engine, and nothing else of it.
  ...Object.entries(exclusions).map(([name, reason]) => ({ name: `node > ${name}`, reason })),
];
const chances = parseSecondChances(readFileSync(join(root, 'test/second-chances.json'), 'utf8'));
const isWhole = kind === 'tests' && patterns.length === 0;
const count = { passed: 0, failed: 0, skipped: 0 };

if (isWhole) {
  console.log('Checks');
  const checks = listChecks(root);
  count.failed = runChecks(root, checks).length;
  count.passed = checks.length - count.failed;
}

const files = findTests(root, kind, patterns);
console.log(`Tests (${files.length} files)`);
if (files.length === 0) {
  console.log(
    `FAIL no test file ${patterns.length > 0 ? `matches ${patterns.join(', ')}` : 'found'}`,
  );
  count.failed += 1;
}
const results = new Map<string, Counts>();
const run = async (file: string): Promise<void> => {
  results.set(file, await runFile(file));
};
if (values.faults) {
  // They measure, so they have the machine to themselves.
  for (const file of files) await run(file);
} else await runInLanes(files, availableParallelism(), run);

const failures = files.filter((file) => results.get(file)?.failed !== 0);
const again = isWhole ? chooseSecondTries(failures, chances) : [];
if (again.length > 0) console.log('Again, alone');
for (const file of again) await run(file);

for (const { passed, failed, skipped } of results.values()) {
  count.passed += passed;
  count.failed += failed;
  count.skipped += skipped;
}
for (const file of again) {
  if (results.get(file)?.failed === 0) console.log(`UNSTEADY ${file}: passed only alone`);
}
console.log(`${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped`);
process.exitCode = count.failed === 0 && count.passed > 0 ? 0 : 1;

async function runFile(file: string): Promise<Counts> {
  const result = await runTestFile(join(root, file), limits);
  const records = isStrict(process.env) ? refuseSkips(result.records, allowed) : result.records;
  const failed = records.filter((record) => record.outcome === 'failed');
  const skipped = records.filter((record) => record.outcome === 'skipped');
  const passed = records.length - failed.length - skipped.length;
  const lines = [
    `${failed.length === 0 ? 'ok  ' : 'FAIL'} ${file}: ${passed} passed (${result.durationMs} ms)`,
    ...skipped.map(({ name, reason }) => `     skipped: ${name} (${reason || 'no reason given'})`),
    ...failed.map(({ name, failure }) => `     failed: ${name}\n${indent(failure)}`),
    ...(failed.length > 0 && result.output !== ''
      ? [`     its output:\n${indent(result.output.slice(-8_000))}`]
      : values.faults && result.output !== ''
        ? [indent(result.output)]
        : []),
  ];
  console.log(lines.join('\n'));
  return { passed, failed: failed.length, skipped: skipped.length };
}

function indent(text: string): string {
  return text.trimEnd().replaceAll(/^/gm, '       ');
}
