// `node scripts/cgroup-v2-table.ts FOLDER` makes `test/attacks/outcomes-cgroup-v2.md` of what the suites said in
// the virtual machine of `scripts/cgroup-v2.sh test`.
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const [folder = ''] = process.argv.slice(2);
const textOf = (name: string): string => readFileSync(join(folder, name), 'utf8');
const [kernel = '', systemd = '', controllers = ''] = textOf('machine').split('\n');
const logs = readdirSync(folder).filter((name) => name.endsWith('.log'));

/** What `scripts/test.ts` has printed of a file: a line, its skipped tests, and its failed ones with the reason. */
const printed = /^(?:ok {2}|FAIL) (\S+): (\d+) passed \((\d+) ms\)$/;

const rows: string[] = [];
const skipped = new Map<string, string[]>();
const failed: string[] = [];
let minutes = 0;
for (const name of logs) {
  let file = '';
  let count = { passed: 0, failed: 0, skipped: 0, seconds: 0 };
  const close = (): void => {
    if (file === '') return;
    const { passed, failed: missed, skipped: left, seconds } = count;
    rows.push(`| \`${file}\` | ${passed} | ${missed} | ${left} | ${seconds} |`);
    minutes += seconds / 60;
  };
  const lines = textOf(name).split('\n');
  for (const [index, line] of lines.entries()) {
    const [, found, passed, ms] = printed.exec(line) ?? [];
    if (found !== undefined) {
      close();
      file = found;
      count = {
        passed: Number(passed),
        failed: 0,
        skipped: 0,
        seconds: Math.round(Number(ms) / 1e3),
      };
    }
    const [, left, reason = ''] = /^ {5}skipped: (.*) \((.*)\)$/.exec(line) ?? [];
    if (left !== undefined) {
      count.skipped += 1;
      skipped.set(reason, [...(skipped.get(reason) ?? []), left]);
    }
    const [, lost] = /^ {5}failed: (.*)$/.exec(line) ?? [];
    if (lost === undefined) continue;
    count.failed += 1;
    failed.push(`- \`${lost}\`: ${lines[index + 1]?.trim()}`);
  }
  close();
}
/** What the script would have run as well. */
const script = readFileSync(join(import.meta.dirname, 'cgroup-v2.sh'), 'utf8');
const all = /^tests='([^']*)'/m.exec(script)?.[1]?.trim().split(/\s+/) ?? [];
const missing = all.filter((file) => !logs.includes(`${file.replaceAll('/', '_')}.log`));
/** One suite takes up to an hour: they need not be of one day. */
const days = new Set(
  logs.map((name) => statSync(join(folder, name)).mtime.toISOString().slice(0, 10)),
);

writeFileSync(
  join(import.meta.dirname, '../test/attacks/outcomes-cgroup-v2.md'),
  `# On cgroup v2

Written by \`scripts/cgroup-v2.sh test\`: what the suites of cgroups, boxes and attacks came to in a virtual machine with
Debian 12 and cgroup v2 alone, without hardware support, on ${[...days].toSorted().join(' and ')}. Kernel ${kernel}, ${systemd},
controllers ${controllers}. The root of that machine ran them, with ten times the usual time. The seconds are those of an emulated
processor on a busy machine, ${Math.round(minutes)} minutes in all; they say how long it takes to do it again, and nothing else. Boxes
and gateways have ten times as long to become ready (\`CASTELLAN_BOX_START_MS\`); no other clock of Castellan is lengthened.

| file | passed | failed | skipped | seconds |
|---|--:|--:|--:|--:|
${rows.toSorted().join('\n')}

## Failed

${failed.length === 0 ? 'None.' : failed.join('\n')}

## Not run

${missing.length === 0 ? 'Nothing.' : missing.map((file) => `- \`${file}\``).join('\n')}

## Skipped

| reason | tests |
|---|--:|
${[...skipped].map(([reason, names]) => `| ${reason} | ${names.length} |`).join('\n')}
`,
);
