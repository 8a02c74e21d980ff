// Runs a public suite in isolates and compares what fails with the list of what is expected to:
// `CASTELLAN_SUITE_NODE=FOLDER npm run suites -- node [PATTERN]`. `--write` writes the list anew, and keeps the reasons
// of those that still fail.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createSandbox } from '@castellan/sandbox';
import { nodeSuite } from './suites/node.ts';
import type { Case, Suite, Verdict } from './suites/suite.ts';

const suites: readonly Suite[] = [nodeSuite];
const atOnce = 2;

const { values, positionals } = parseArgs({
  options: {
    write: { type: 'boolean', default: false },
    verbose: { type: 'boolean', default: false },
  },
  allowPositionals: true,
});
const [name = '', pattern = ''] = positionals;
const suite = suites.find((one) => one.name === name) ?? usage();
const folder = process.env[suite.variable] ?? usage();
const listFile = join(import.meta.dirname, `suites/expected/${suite.name}.json`);
const expected: Record<string, string> = existsSync(listFile)
  ? (JSON.parse(readFileSync(listFile, 'utf8')) as Record<string, string>)
  : {};

const cases = await fairOnes(suite.cases(folder).filter((one) => one.name.includes(pattern)));
const verdicts = await verdictsOf(cases);
report(cases, verdicts);

function usage(): never {
  const ways = suites.map(
    (one) => `  ${one.variable}=FOLDER npm run suites -- ${one.name} [PATTERN] [--write]`,
  );
  console.error(
    `${suite === undefined ? 'No such suite' : `${suite.variable} names no folder`}.\n${ways.join('\n')}`,
  );
  process.exit(2);
}

/** Those that plain Node passes; its answers are kept, since they take longer than everything else. */
async function fairOnes(all: readonly Case[]): Promise<readonly Case[]> {
  if (suite.isFair === undefined) return all;
  const kept = join(import.meta.dirname, `../tmp/suite-${suite.name}-${process.version}.json`);
  const known: Record<string, boolean> = existsSync(kept)
    ? (JSON.parse(readFileSync(kept, 'utf8')) as Record<string, boolean>)
    : {};
  await each(all, async (one) => void (known[one.name] ??= await suite.isFair!(one, folder)));
  mkdirSync(join(kept, '..'), { recursive: true });
  writeFileSync(kept, JSON.stringify(known));
  return all.filter((one) => known[one.name]);
}

async function verdictsOf(all: readonly Case[]): Promise<Map<string, Verdict>> {
  await using sandbox = await createSandbox({ engine: 'isolate', ...suite.options });
  const found = new Map<string, Verdict>();
  await each(all, async (one) => {
    found.set(one.name, await suite.run(sandbox, one, folder));
  });
  return found;
}

async function each(all: readonly Case[], work: (one: Case) => Promise<void>): Promise<void> {
  const left = all.values();
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      for (const one of left) await work(one);
    }),
  );
}

function report(all: readonly Case[], found: ReadonlyMap<string, Verdict>): void {
  const hasPassed = (one: Case): boolean => found.get(one.name)?.passed === true;
  for (const [group, ones] of Object.entries(Object.groupBy(all, (one) => one.group))) {
    console.log(`${group}: ${ones!.filter(hasPassed).length} of ${ones!.length}`);
  }
  console.log(`altogether: ${all.filter(hasPassed).length} of ${all.length}`);
  const failed = all.filter((one) => !hasPassed(one));
  if (values.verbose) {
    for (const one of failed)
      console.log(`${one.name}:${found.get(one.name)?.place ?? ''} ${found.get(one.name)?.why}`);
  }
  if (values.write) {
    const others = Object.entries(expected).filter(([key]) => !found.has(key));
    const list = [
      ...others,
      ...failed.map(
        (one) => [one.name, expected[one.name] ?? found.get(one.name)!.why.slice(0, 160)] as const,
      ),
    ];
    const sorted = list.toSorted(([a], [b]) => (a < b ? -1 : 1));
    mkdirSync(join(listFile, '..'), { recursive: true });
    writeFileSync(listFile, `${JSON.stringify(Object.fromEntries(sorted), null, 2)}\n`);
    return;
  }
  const news = failed.filter((one) => !(one.name in expected));
  for (const one of news)
    console.log(`fails, and is not expected to: ${one.name}: ${found.get(one.name)?.why}`);
  const mended = all.filter((one) => hasPassed(one) && one.name in expected);
  for (const one of mended) console.log(`passes, and is expected to fail: ${one.name}`);
  if (news.length + mended.length > 0) process.exitCode = 1;
}
