import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import type { Run } from '@castellan/protocol';
import { asNobody, castellan, ended, program, start, noOrdinaryUser } from './castellan.support.ts';
import { until } from '../../../test/shared/until.support.ts';

const folder = mkdtempSync(join(tmpdir(), 'castellan-test-'));
after(() => rmSync(folder, { recursive: true }));

const run = (stdin: string, ...args: string[]) => castellan(['run', '-', ...args], { stdin });

function script(name: string, text: string): string {
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
}

test('castellan run prints the value to stdout and logs to stderr', async () => {
  const { code, stdout, stderr } = await run('console.log("hi"); return { a: [1, "x"] }');
  assert.deepEqual(
    { code, stdout, stderr },
    { code: 0, stdout: '{"a":[1,"x"]}\n', stderr: 'hi\n' },
  );
});

test('castellan run prints one JSON document for every value', async () => {
  assert.equal((await run('return "text"')).stdout, '"text"\n');
  assert.equal((await run('return undefined')).stdout, 'null\n');
});

test('castellan run gives params, {} when there are none, and env', async () => {
  assert.equal((await run('return params')).stdout, '{}\n');
  const file = script('params.json', '{"n":41}');
  const { stdout } = await run(
    'return [params.n + 1, env]',
    '--params',
    `@${file}`,
    '--env',
    'A=b=c',
  );
  assert.equal(stdout, '[42,{"A":"b=c"}]\n');
});

test('castellan run strips types from a TypeScript file and from standard input', async () => {
  const text = 'const n: number = 42; return n as number;';
  assert.equal((await castellan(['run', script('typed.ts', text)])).stdout, '42\n');
  assert.equal((await run(text)).stdout, '42\n');
});

test('castellan run ends with 1 and a report with the place when a script throws', async () => {
  const file = script('throws.ts', 'interface A {}\nconst a: A = {};\n\tif (a) nothing.here();\n');
  const { code, stdout, stderr } = await castellan(['run', file]);
  assert.equal(code, 1);
  assert.equal(stdout, '');
  assert.match(stderr, /failed: uncaught_exception {2}The script threw an error./);
  assert.match(stderr, /ReferenceError: nothing is not defined/);
  assert.match(stderr, /throws.ts:3:9\n {2}3 \| {5}if \(a\) nothing.here\(\);\n {4}\| {12}\^/);
  assert.match(
    stderr,
    /walls \(bubblewrap\): isolate process userns pidns netns mountns .*seccomp/,
  );
  assert.doesNotMatch(stderr, new RegExp(folder));
});

test('castellan run ends with 3 when a limit is hit', async () => {
  const cases: [string, string[], RegExp][] = [
    ['for (;;);', ['--wall', '200ms'], /timed_out: wall_timeout[^]*--wall 400ms/],
    ['for (;;);', ['--cpu', '200ms'], /timed_out: cpu_timeout[^]*--cpu 400ms/],
    [
      'const a = []; for (;;) a.push(new Array(1e5).fill(1))',
      ['--memory', '64mib'],
      /out_of_memory[^]*--memory 128mib/,
    ],
    [
      'for (;;) console.log("x".repeat(99))',
      ['--output-size', '1kib'],
      /output_limit[^]*--output-size 2kib/,
    ],
    ['return "x".repeat(2000)', ['--value-size', '1kb'], /output_limit[^]*--value-size 2kb/],
    [
      'await artifacts.write("a", "x".repeat(2000))',
      ['--artifact-size', '1kb'],
      /artifact_limit[^]*--artifact-size 2kb/,
    ],
  ];
  for (const [text, args, message] of cases) {
    const { code, stderr } = await run(text, ...args);
    assert.equal(code, 3, text);
    assert.match(stderr, message);
  }
});

test('castellan run ends with 2 and runs nothing on bad usage', async () => {
  const cases: [string[], RegExp][] = [
    [['run', '-', '--wall', 'soon'], /^castellan: --wall takes a duration/],
    [['run', join(folder, 'none.js')], /none.js" does not exist/],
    [['run', '-', '--params', '{'], /is not JSON/],
    [
      ['run', '-', '--memory', '9999999gb'],
      /^castellan: --memory 9999999gb is too much: the most is/,
    ],
    [
      ['run', '-', '--params', '"xxx"', '--params-size', '2b'],
      /^castellan: The params are 5 bytes/,
    ],
    [['run', '-', '--source-size', '3b'], /longer than 3 bytes; raise --source-size/],
    [['run', '-', '--out', program], /^castellan: --out ".*" is no folder/],
    [['worker'], /^castellan: worker lacks the service: --url or CASTELLAN_URL\./],
    [['fly'], /^castellan: Unknown command "fly". Known: run, /],
    [['rum'], /^castellan: Unknown command "rum". Did you mean run\?\n$/],
    [['--fly'], /^castellan: Unknown option "--fly"/],
    [['run', '-', '--allow-module', 'fs'], /^castellan: --allow-module: "fs" does not exist here/],
    [['run', '-', '--runtime', 'no'], /^castellan: --runtime "no" is not built here. Built: 2026/],
    [
      ['run', '-', '--runtime', './no'],
      /is no built runtime\.\n  fix: castellan runtime build FOLDER\n/,
    ],
    [
      ['runtime'],
      /^castellan: Unknown command "runtime". Did you mean runtime build or runtime list\?\n$/,
    ],
    [['runtime', 'list', 'no'], /^castellan: No runtime "no" is built here. Built: 2026/],
    [['runtime', 'build', folder], /has no package.json: a runtime is a folder with one/],
    [['doctor', 'x'], /^castellan: doctor takes no argument/],
    [[], /^Runs JavaScript/],
  ];
  for (const [args, message] of cases) {
    const { code, stdout, stderr } = await castellan(args, { stdin: 'console.log("ran")' });
    assert.equal(code, 2, args.join(' '));
    assert.equal(stdout, '');
    assert.match(stderr, message);
    assert.doesNotMatch(stderr, /ran\n/);
  }
});

test('castellan run ends with 4 and says what to install when no box can be made', async () => {
  const { code, stderr } = await castellan(['run', '-'], { stdin: '1', env: { PATH: folder } });
  assert.equal(code, 4);
  assert.match(stderr, /bwrap was not found.*\n  fix: .*apt-get install bubblewrap.*\n/);
  assert.doesNotMatch(stderr, /castellan doctor/);
});

test('castellan run --isolation none runs, and shouts', async () => {
  for (const more of [[], ['--json']]) {
    const { code, stdout, stderr } = await castellan(['run', '-', '--isolation', 'none', ...more], {
      stdin: '6 * 7',
    });
    assert.equal(code, 0);
    assert.match(stdout, /42/);
    assert.match(stderr, /^castellan: WARNING: isolation is off/);
  }
});

test('castellan run --stdin gives its standard input to the script, in either engine', async () => {
  const file = join(folder, 'count.js');
  writeFileSync(file, 'return [stdin.length, new Date(0).getHours()]');
  for (const engine of ['isolate', 'node']) {
    const args = ['run', file, '--stdin', '--timezone', 'asia/tokyo', '--engine', engine];
    const { code, stdout, stderr } = await castellan(args, { stdin: 'x'.repeat(70_000) });
    assert.deepEqual([code, stdout], [0, '[70000,9]\n'], stderr);
  }
  const large = await castellan(['run', file, '--stdin', '--params-size', '1kib'], {
    stdin: 'x'.repeat(1_025),
  });
  assert.equal(large.code, 2);
  assert.match(large.stderr, /Standard input is longer than 1024 bytes; raise --params-size\./);
});

test('castellan run --file gives files to the script, under their place beside it', async () => {
  const at = join(folder, 'with-data');
  mkdirSync(join(at, 'deep'), { recursive: true });
  writeFileSync(join(at, 'main.js'), 'return [...await files.read(params)].join()');
  writeFileSync(join(at, 'deep/a.bin'), Uint8Array.of(255, 0, 1));
  writeFileSync(join(folder, 'beside.bin'), Uint8Array.of(7));
  symlinkSync('/dev/zero', join(at, 'zero.bin'));
  const main = join(at, 'main.js');
  const data = ['--file', join(at, 'deep/a.bin'), '--file', join(folder, 'beside.bin')];
  for (const [name, value] of [
    ['deep/a.bin', '"255,0,1"\n'],
    ['beside.bin', '"7"\n'],
  ] as const) {
    const read = await castellan(['run', main, '--params', JSON.stringify(name), ...data]);
    assert.deepEqual([read.code, read.stdout], [0, value], read.stderr);
  }
  for (const [path, message] of [
    ['no.bin', /--file "no\.bin" does not exist\./],
    [join(at, 'deep'), /is no regular file\./],
    [join(at, 'zero.bin'), /is no regular file\./],
  ] as const) {
    const { code, stderr } = await castellan(['run', main, '--file', path]);
    assert.equal(code, 2, stderr);
    assert.match(stderr, message);
  }
  const twice = await castellan(['run', main, ...data, ...data]);
  assert.match(twice.stderr, /another file is "deep\/a\.bin" in the run already\./);
});

test('castellan run --engine node gives all of Node, keeps its files, and tells its exit code', async () => {
  const out = join(folder, 'node-out');
  const wrote = await run(
    'require("fs").writeFileSync("a.txt", "x"); return process.version',
    '--engine',
    'node',
    '--out',
    out,
  );
  assert.deepEqual([wrote.code, wrote.stdout], [0, `"${process.version}"\n`], wrote.stderr);
  assert.deepEqual(readdirSync(out), ['a.txt']);
  const left = await run('process.exit(5)', '--engine', 'node', '--json');
  assert.equal(left.code, 1);
  const { reason, exitCode } = JSON.parse(left.stdout) as Run;
  assert.deepEqual([reason, exitCode], ['exit_nonzero', 5]);
});

test(
  'castellan run --engine node works for an ordinary user',
  { skip: noOrdinaryUser },
  async () => {
    const { code, stdout, stderr } = await castellan(['run', '-', '--engine', 'node'], {
      stdin: 'require("fs").writeFileSync("a", "x"); return process.memoryUsage().rss > 0',
      before: asNobody,
    });
    assert.deepEqual([code, stdout], [0, 'true\n'], stderr);
  },
);

test('castellan run --json prints the run and keeps standard error for itself', async () => {
  const good = await run('console.log("hi"); return 5', '--json');
  assert.equal(good.stderr, '');
  const { status, value, logs } = JSON.parse(good.stdout) as Run;
  assert.deepEqual([status, value, logs[0]?.text], ['succeeded', 5, 'hi']);
  const bad = await run('throw new Error("no")', '--json');
  assert.deepEqual([bad.code, bad.stderr], [1, '']);
  assert.equal((JSON.parse(bad.stdout) as Run).error?.message, 'no');
});

test('castellan run lets no control character of a script through', async () => {
  const hostile = '"\\x1b]0;owned\\x07\\x9b2J\\u202e"';
  const { stdout, stderr } = await run(
    `console.log(${hostile}); progress(0, ${hostile}); return { [${hostile}]: ${hostile} }`,
  );
  assert.doesNotMatch(stdout + stderr, /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202e]/);
  assert.deepEqual(JSON.parse(stdout), {
    '\x1b]0;owned\x07\x9b2J\u202e': '\x1b]0;owned\x07\x9b2J\u202e',
  });
  const thrown = await run(`throw new Error(${hostile})`);
  assert.match(thrown.stderr, /\\x1b/);
  assert.doesNotMatch(thrown.stderr, /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202e]/);
});

test('castellan run takes the files along that are imported, and says which are not', async () => {
  mkdirSync(join(folder, 'several/lib'), { recursive: true });
  const main = script(
    'several/main.ts',
    'import { f } from "./lib/f.ts"; export default () => f(20);',
  );
  script(
    'several/lib/f.ts',
    'import n from "../n.json" with { type: "json" }; export const f = (x: number): number => x + n;',
  );
  script('several/n.json', '22');
  assert.equal((await castellan(['run', main])).stdout, '42\n');
  rmSync(join(folder, 'several/n.json'));
  symlinkSync('/etc/hostname', join(folder, 'several/n.json'));
  const { code, stderr } = await castellan(['run', main]);
  assert.equal(code, 1);
  assert.match(
    stderr,
    /module_not_found[^]*Not taken along:\n.*n.json: it is a link that leads out/,
  );
});

test('castellan run --out writes artifacts, the last of a name', async () => {
  const out = join(folder, 'out');
  const { code, stderr } = await run(
    'for (const n of [1, 2, 3]) await artifacts.write("../n.txt", "n" + n); return 1',
    '--out',
    out,
  );
  assert.equal(code, 0);
  assert.deepEqual(readdirSync(out), ['n.txt']);
  assert.equal(readFileSync(join(out, 'n.txt'), 'utf8'), 'n3');
  assert.match(stderr, /wrote .*out\/n.txt, 2 B/);
});

test('castellan run --out overwrites nothing, goes on, and ends with 4', async () => {
  const out = join(folder, 'full');
  mkdirSync(out);
  writeFileSync(join(out, 'a'), 'mine');
  const { code, stdout, stderr } = await run(
    'await artifacts.write("a", "x"); await artifacts.write("b", "y"); return 1',
    '--out',
    out,
  );
  assert.deepEqual([code, stdout], [4, '1\n']);
  assert.match(stderr, /castellan: .*full\/a was not written: it is there already/);
  assert.deepEqual(
    ['a', 'b'].map((name) => readFileSync(join(out, name), 'utf8')),
    ['mine', 'y'],
  );
});

test('castellan run without --out lists artifacts', async () => {
  const { stderr } = await run('await artifacts.write("a.txt", "x"); return 1');
  assert.match(stderr, /not kept: a.txt, 1 B. Keep artifacts with --out DIR./);
});

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  test(`castellan run is cancelled by ${signal}, keeps what there is, and ends with 130`, async () => {
    const out = join(folder, signal);
    const stdin = 'await artifacts.write("kept", "x"); console.log("ready"); for (;;);';
    const child = start(['run', '-', '--out', out], { stdin });
    const end = ended(child);
    await printed(child.stderr, 'ready');
    child.kill(signal);
    const { code, stdout, stderr } = await end;
    assert.deepEqual([code, stdout], [130, '']);
    assert.match(stderr, /ready\n[^]*cancelled {2}The run was cancelled./);
    assert.equal(readFileSync(join(out, 'kept'), 'utf8'), 'x');
  });
}

test('castellan run --json prints the cancelled run', async () => {
  const child = start(['run', '-', '--json', '--out', join(folder, 'sign')], {
    stdin: 'console.log("so far"); await artifacts.write("ready", ""); for (;;);',
  });
  const end = ended(child);
  const out = join(folder, 'sign');
  await until('the artifact is written', () => readdirSafely(out).includes('ready'));
  child.kill('SIGINT');
  const { code, stdout } = await end;
  assert.equal(code, 130);
  const { status, logs } = JSON.parse(stdout) as Run;
  assert.deepEqual([status, logs[0]?.text], ['cancelled', 'so far']);
});

test('castellan run is cancelled while it waits for its script', async () => {
  const child = spawn(process.execPath, [program, 'run', '-', '--json']);
  const end = ended(child);
  // It listens for signals before it reads: once the first byte is taken, it does.
  child.stdin.write('x'.repeat(200_000));
  await once(child.stdin, 'drain');
  child.kill('SIGINT');
  assert.equal((await end).code, 130);
});

test('listenForInterrupts ends the program at the second signal', async () => {
  const listening = new URL('./interrupt.ts', import.meta.url).href;
  const child = spawn(process.execPath, [
    '--input-type=module',
    '-e',
    `
    const { listenForInterrupts } = await import(${JSON.stringify(listening)});
    const signal = listenForInterrupts(process.stderr);
    signal.addEventListener('abort', () => console.log('first'));
    setInterval(() => {}, 1_000_000);
    console.log('ready');
  `,
  ]);
  const end = ended(child);
  await printed(child.stdout, 'ready');
  child.kill('SIGINT');
  await printed(child.stdout, 'first');
  child.kill('SIGTERM');
  assert.equal((await end).code, 130);
});

test('castellan run is quiet when the reader of its output leaves', async () => {
  const child = start(['run', '-'], { stdin: 'return "x".repeat(500_000)' });
  child.stdout.destroy();
  const stderr = (await child.stderr.toArray()).join('');
  const code = child.exitCode ?? ((await once(child, 'exit')) as [number])[0];
  assert.deepEqual([code, stderr], [0, '']);
});

test('castellan run works for an ordinary user', { skip: noOrdinaryUser }, async () => {
  const { code, stdout } = await castellan(['run', '-', '--json'], {
    stdin: '6 * 7',
    before: asNobody,
  });
  const { value, isolation } = JSON.parse(stdout) as Run;
  assert.deepEqual([code, value], [0, 42]);
  for (const layer of ['userns', 'pidns', 'netns', 'mountns', 'seccomp'] as const) {
    assert.ok(isolation.layers.includes(layer), layer);
  }
});

test('castellan --version and --help answer on stdout', async () => {
  const { version } = JSON.parse(
    readFileSync(new URL('../package.json', import.meta.url), 'utf8'),
  ) as { version: string };
  assert.deepEqual(await castellan(['--version']), { code: 0, stdout: `${version}\n`, stderr: '' });
  for (const args of [['--help'], ['-h'], ['run', '--help'], ['doctor', '-h']]) {
    const { code, stdout, stderr } = await castellan(args);
    assert.deepEqual([code, stderr], [0, '']);
    assert.match(stdout, /--help, -h/);
  }
});

const tooOld =
  /^castellan: Node 24\.12 or newer is needed, and this is Node (\S+) \(.*\)\.\n  fix: install Node 24, .*\n$/;

test('castellan says that Node is too old, and what to do', async () => {
  for (const version of ['20.19.0', '24.11.9']) {
    const fake = `Object.defineProperty(process.versions, 'node', { value: '${version}' });`;
    const child = spawn(process.execPath, [
      '--import',
      `data:text/javascript,${encodeURIComponent(fake)}`,
      program,
      '--version',
    ]);
    const { code, stdout, stderr } = await ended(child);
    assert.deepEqual([code, stdout, tooOld.exec(stderr)?.[1]], [2, '', version], stderr);
  }
});

const debians = '/usr/bin/node';
const isOld =
  existsSync(debians) &&
  /^v(?:1\d|2[0-3])\./.test(spawnSync(debians, ['--version']).stdout.toString());

test(
  'castellan says so to a Node that really is too old',
  { skip: isOld ? false : 'no old Node' },
  async () => {
    for (const args of [['--version'], ['run', '-'], ['serve'], []]) {
      const { code, stdout, stderr } = await ended(spawn(debians, [program, ...args]));
      assert.deepEqual([code, stdout], [2, '']);
      assert.match(stderr, tooOld);
    }
  },
);

test('castellan run names its flags, not the options of a program', async () => {
  for (const [args, message] of [
    [['--allow-module', 'lodasch'], /^castellan: --allow-module: "lodasch" does not exist here\./],
    [['--allow-host', 'http://a'], /^castellan: --allow-host: "http:\/\/a" is no host/],
    [
      ['--allow-host', 'a', '--allow-private', '10.0.0.0'],
      /^castellan: --allow-private: "10\.0\.0\.0" is no address range/,
    ],
    [['--runtime', 'none'], /^castellan: --runtime "none" is not built here/],
    [['--params', '{"a":1}', '--params-size', '3b'], /JSON, --params-size allows 3\.\n$/],
    [
      ['--engine', 'node', '--node-modules', '/nowhere'],
      /^castellan: --node-modules "\/nowhere" is no/,
    ],
    [
      ['--browser', '--chromium', '/nowhere'],
      /^castellan: Chromium was not found\. Looked for \/nowhere\.\n  fix: .*install chromium.* --chromium\n$/,
    ],
    [['--chromium', '/nowhere'], /^castellan: --chromium goes with --browser only\.\n$/],
    [
      ['--out', '/proc/nowhere'],
      /^castellan: --out "\/proc\/nowhere" cannot be used \(ENOENT\)\.\n$/,
    ],
  ] as const) {
    const { code, stderr } = await run('return 1', ...args);
    assert.deepEqual([code, message.test(stderr)], [2, true], stderr);
  }
  const limited = await run('for (;;);', '--wall', '1ms');
  assert.match(limited.stderr, /The run took longer than --wall\./);
});

async function printed(stream: NodeJS.ReadableStream, mark: string): Promise<void> {
  let seen = '';
  const look = (chunk: Buffer): void => void (seen += chunk.toString());
  stream.on('data', look);
  await until(`"${mark}" is printed`, () => seen.includes(mark));
  stream.off('data', look);
}

function readdirSafely(path: string): string[] {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}
