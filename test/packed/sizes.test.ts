// How large things may grow. A budget is what was measured and a few percent: whoever crosses one
// states here, in the same commit, what the bytes are for.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, globSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';

const root = fileURLToPath(new URL('../../', import.meta.url));
const box = 'packages/runner/dist/box';
const build = `${process.version}-x64`;

const budgets: readonly (readonly [what: string, files: string, bytes: number, why: string])[] = [
  ['prelude', `${box}/prelude.js`, 79_500, 'Each object in it costs time in every isolate.'],
  ['snapshot', `${box}/snapshot-${build}.blob`, 717_000, 'Each isolate is made from it.'],
  [
    'runner',
    `${box}/main.js`,
    // With conversions of large texts, and cryptography that each engine brings.
    404_000,
    'Each box reads it and its compiled code.',
  ],
  ['runner’s code', `${box}/main.js.*.code`, 416_500, 'Each box reads it and maps it.'],
  ['runner for Node', `${box}/node-runner.js`, 450_700, 'Each box of the node engine parses it.'],
  ['Puppeteer', `${box}/browser.js`, 555_000, 'Goes into the snapshot of boxes with a browser.'],
  [
    'browser’s snapshot',
    `${box}/browser-snapshot-${build}.blob`,
    // With Puppeteer prepared for a run, of which each run would take 4 ms: time-outs that know of wallMs,
    // calls that are watched; handles of timers.
    1_845_000,
    'Each isolate with a browser is made from it.',
  ],
  ['Puppeteer for Node', `${box}/node-browser.js`, 560_000, 'Parsed by boxes with a browser.'],
  [
    'programs of few runs',
    `${box}/programs.shelf`,
    // The compiler and its compiled code are 5.9 million of it.
    6_100_000,
    'Each is read when it is first needed.',
  ],
  ['landlock', `${box}/landlock`, 12_000, 'The first program of each box.'],
  ['guest’s libraries', `${box}/libraries/*`, 1_420_000, 'Compiled when a script uses one.'],
  // With Node's own text of seven of them, and the names of functions.
  ['guest’s built-ins', `${box}/builtins/*`, 1_765_000, 'Compiled when a script imports one.'],
  ['shipped runtime', 'packages/sandbox/dist/built/*/*', 18_500_000, 'Who installs has it all.'],
  [
    'its packages for Node',
    'packages/sandbox/dist/built/*/node_modules/**/*',
    29_000_000,
    'Unpacked when full Node first needs them.',
  ],
  [
    'program of the browser sandbox',
    'packages/sdk/dist/browser-sandbox/worker-source.js',
    // With the guest, its libraries and the parser.
    592_000,
    'Each page loads it at its first run, a third of it as gzip.',
  ],
  [
    'all pages with editor, types and reader, as gzip',
    'packages/web/dist/page/playground/*.gz',
    4_060_000,
    'Loaded once by each browser, most of it a compiler for types.',
  ],
];

/**
 * What is loaded before anything is seen: what the page itself names, the client with its calls for functions and
 * secrets among it. The rest comes when it is used.
 */
const pages = { index: 43_700, admin: 37_700, reference: 18_500 } as const;
for (const [name, bytes] of Object.entries(pages)) {
  test(`page ${name} before its editor or reader: at most ${bytes.toLocaleString('en')} bytes as gzip`, () => {
    const folder = 'packages/web/dist/page';
    const start = join(folder, `${name}.html.gz`);
    const html = gunzipSync(readFileSync(join(root, start))).toString();
    const parts = [...html.matchAll(/="\.\/(playground\/[^"]+)"/g)].map(
      ([, part]) => `${folder}/${part}.gz`,
    );
    assertWithin([start, ...parts], bytes);
  });
}

for (const [what, files, bytes, why] of budgets) {
  test(`${what}: at most ${bytes.toLocaleString('en')} bytes. ${why}`, () => {
    assertWithin(globSync(files, { cwd: root }), bytes);
  });
}

/** Code and types of a package, without what it bundles or builds. */
for (const [name, bytes] of [
  // With the shelf, the layers that hardened asks for, and kinds of secrets; requests that runs answer.
  ['protocol', 246_000],
  // With recordings, drivers for containers and gVisor, users of boxes, Landlock, parts of processors, and
  // what the relay decides on each command.
  ['sandbox', 1_120_000],
  // Web pages as clients, examples and cures in the descriptions, two stores behind a seam, the pages'
  // and the operator's routes; functions and their own listener, schedules, stored links, buckets, moving between stores, backups, secrets,
  // keys and values; calls that are not recorded.
  // Workers: their calls, their place in both stores, and the worker itself.
  // Webhooks: their store, what delivers them, and their routes.
  ['server', 1_500_000],
  // With the commands of secrets, schedules and webhooks.
  ['cli', 376_000],
] as const) {
  test(`${name}: its own code and types are at most ${bytes.toLocaleString('en')} bytes`, () => {
    assertWithin(publishedCode(name), bytes);
  });
}

/** What npm downloads and writes: the tarball, what is in it, and how many files. */
for (const [name, tarball, unpacked, files] of [
  ['castellan', 120_500, 473_000, 220],
  ['@castellan/press', 27_500, 88_000, 38],
  ['@castellan/protocol', 75_500, 258_000, 102],
  ['@castellan/runner', 4_600_000, 14_800_000, 26],
  ['@castellan/sandbox', 6_700_000, 19_600_000, 640],
  // Nine tenths of it are the program of the browser sandbox.
  ['@castellan/sdk', 229_000, 727_000, 64],
  ['@castellan/server', 434_000, 1_515_000, 765],
  // Which is packed already.
  ['@castellan/web', 4_110_000, 4_260_000, 45],
] as const) {
  test(`${name}: its tarball is at most ${tarball.toLocaleString('en')} bytes`, () => {
    const args = ['pack', '--dry-run', '--json', '--workspace', name];
    const out = execFileSync('npm', args, { cwd: root, encoding: 'utf8' });
    const [packed] = Object.values(JSON.parse(out) as Record<string, Packed>);
    assert.ok(packed !== undefined && packed.name === name, out.slice(0, 200));
    const sizes = [packed.size, packed.unpackedSize, packed.entryCount];
    for (const [at, budget] of [tarball, unpacked, files].entries()) {
      assert.ok((sizes[at] ?? 0) <= budget, `${sizes.join(', ')}: over ${budget}`);
      assert.ok((sizes[at] ?? 0) >= budget * 0.75, `${sizes.join(', ')}: lower ${budget}`);
    }
  });
}

interface Packed {
  readonly name: string;
  readonly size: number;
  readonly unpackedSize: number;
  readonly entryCount: number;
}

/** What was built from a source that is there; `dist` may hold more from before. */
function publishedCode(name: string): string[] {
  const files = globSync(`packages/${name}/dist/**/*.{js,d.ts}`, { cwd: root });
  return files.filter((file) => {
    const source = file.replace('/dist/', '/src/').replace(/(?:\.d\.ts|\.js)$/, '.ts');
    return !/\.(?:test|support)\.|\/fixtures\//.test(file) && existsSync(join(root, source));
  });
}

function assertWithin(files: readonly string[], budget: number): void {
  assert.ok(files.length > 0, 'nothing is built');
  const sizes = files.map((file) => statSync(join(root, file))).filter((stat) => stat.isFile());
  const bytes = sizes.reduce((sum, { size }) => sum + size, 0);
  const shown = bytes.toLocaleString('en');
  assert.ok(bytes <= budget, `${shown} bytes are over the budget`);
  // A budget far above the real size limits nothing.
  assert.ok(bytes >= budget * 0.75, `${shown} bytes: lower the budget`);
}
