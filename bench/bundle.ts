import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { childrenOf } from './measure.ts';

/** Runtimes as whoever has no box would start them, with what they need on a machine like this. */
const options = {
  runc: [],
  runsc: ['--platform=ptrace', '--network=none', '--ignore-cgroups'],
} as const;
type Runtime = keyof typeof options;

export const bareRuntimes = Object.keys(options) as Runtime[];

/** A folder with Node and its libraries, and runtimes that start it. */
export interface Bundle extends AsyncDisposable {
  /** Starts a Node that does nothing, and waits for its end. */
  run(runtime: Runtime): Promise<void>;
  /** Starts one that waits; it has said something when this resolves. */
  idle(runtime: Runtime): Promise<AsyncDisposable & { readonly pid: number }>;
}

/** Makes the folder of a floor: Node in namespaces, without a filter or a limit. Needs root. */
export async function bareBundle(): Promise<Bundle> {
  const folder = await mkdtemp(join(tmpdir(), 'castellan-bench-'));
  const { stdout } = await promisify(execFile)('ldd', [process.execPath]);
  const libraries = [...stdout.matchAll(/(\/\S+) \(0x/g)].map(([, path = '']) => path);
  await mkdir(join(folder, 'rootfs'));
  const files = [[process.execPath, '/node'], ...libraries.map((path) => [path, path])];
  let count = 0;

  async function start(runtime: Runtime, ...args: readonly string[]): Promise<ChildProcess> {
    const id = `castellan-bench-${process.pid}-${count++}`;
    const own = join(folder, id);
    await mkdir(join(own, 'rootfs'), { recursive: true });
    await writeFile(join(own, 'config.json'), configText(args, files));
    const rest = ['--root', join(own, 'state'), ...options[runtime], 'run', '--bundle', own, id];
    return spawn(runtime, rest, {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
  }

  return {
    async run(runtime) {
      const [code] = (await once(await start(runtime, '-e', '0'), 'exit')) as [number];
      if (code !== 0) throw new Error(`${runtime} ended with ${code}`);
    },
    async idle(runtime) {
      const child = await start(
        runtime,
        '-e',
        'console.log(1); process.stdin.resume(); setTimeout(() => {}, 60_000)',
      );
      if (child.stdout !== null) await once(child.stdout, 'data');
      return {
        pid: child.pid ?? 0,
        async [Symbol.asyncDispose]() {
          const ended = once(child, 'exit');
          // Process 1 of a namespace heeds nothing else.
          for (const pid of childrenOf(child.pid ?? 0)) process.kill(pid, 'SIGKILL');
          await ended;
        },
      };
    },
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true }),
  };
}

function configText(args: readonly string[], files: readonly string[][]): string {
  const none: readonly string[] = [];
  const capabilities = { bounding: none, effective: none, permitted: none };
  return JSON.stringify({
    ociVersion: '1.0.2',
    process: { args: ['/node', ...args], cwd: '/', user: { uid: 0, gid: 0 }, capabilities },
    root: { path: 'rootfs', readonly: true },
    mounts: [
      { destination: '/proc', type: 'proc', source: 'proc' },
      { destination: '/dev', type: 'tmpfs', source: 'tmpfs', options: ['mode=755'] },
      ...files.map(([source, destination]) => ({
        destination,
        source,
        type: 'bind',
        options: ['bind', 'ro'],
      })),
    ],
    linux: { namespaces: ['pid', 'mount', 'ipc', 'uts', 'network'].map((type) => ({ type })) },
  });
}
