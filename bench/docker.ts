import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { buildImages } from '../packages/sandbox/src/images.ts';
import { librariesOf } from '../packages/sandbox/src/walls/libraries.ts';
import { DockerApi } from '../packages/sandbox/src/drivers/docker/api.ts';
import { removeContainer } from '../packages/sandbox/src/drivers/docker/orphans.ts';
import { startDaemon } from '../packages/sandbox/src/drivers/docker/daemon.support.ts';

/** A daemon with the images of boxes, and one with Node and nothing besides. */
export interface BareDocker extends AsyncDisposable {
  readonly socket: string;
  /** Starts a Node that does nothing, by `docker run`, and waits for its end. */
  readonly run: () => Promise<void>;
  /** Starts one that waits; it has said something when this resolves. */
  readonly idle: () => Promise<AsyncDisposable>;
  /** By container, the process of the daemon's that watches over it; below it are those of the container. */
  readonly watchers: () => Promise<number[]>;
}

const bareImage = 'castellan-bench:node';
const waiting = 'console.log(1); process.stdin.resume(); setTimeout(() => {}, 60_000)';

/** Needs root, `dockerd` and the program `docker`. */
export async function bareDocker(): Promise<BareDocker> {
  await using opened = new AsyncDisposableStack();
  const { socket } = opened.use(await startDaemon());
  const api = new DockerApi(socket);
  const docker = ['docker', '--host', `unix://${socket}`] as const;
  const node = process.execPath.slice(1);
  const files = [node, ...(await librariesOf([process.execPath])).map((path) => path.slice(1))];
  const packed = `tar c -h -C / --transform='s,^${node}$,node,' ${files.join(' ')}`;
  await done('sh', ['-c', `${packed} | ${docker.join(' ')} import - ${bareImage} >&2`]);
  await buildImages({ socket }, () => undefined);
  const held = opened.move();
  const bare = ['run', '--rm', '--interactive', '--network', 'none', bareImage, '/node', '-e'];
  const [program, ...host] = docker;
  let count = 0;
  return {
    socket,
    run: () => done(program, [...host, ...bare, '0']),
    async idle() {
      const name = `castellan-bench-${count++}`;
      const [run = '', ...rest] = bare;
      const args = [...host, run, '--name', name, ...rest, waiting];
      const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'inherit'] });
      await once(child.stdout, 'data');
      return {
        async [Symbol.asyncDispose]() {
          const ended = once(child, 'exit');
          await removeContainer(api, name);
          await ended;
        },
      };
    },
    watchers: async () => (await programs(api)).map(parentOf),
    [Symbol.asyncDispose]: () => held.disposeAsync(),
  };
}

/** The first process of each container. */
async function programs(api: DockerApi): Promise<number[]> {
  const listed = (await api.call('GET', '/containers/json')) as { readonly Id: string }[];
  return Promise.all(
    listed.map(async ({ Id }) => {
      const { State } = (await api.call('GET', `/containers/${Id}/json`)) as {
        readonly State: { readonly Pid: number };
      };
      return State.Pid;
    }),
  );
}

function parentOf(pid: number): number {
  return Number(/^PPid:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1]);
}

async function done(program: string, args: readonly string[]): Promise<void> {
  const [code] = (await once(
    spawn(program, args, { stdio: ['ignore', 'ignore', 'pipe'] }),
    'exit',
  )) as [number | null];
  if (code !== 0) throw new Error(`${program} ended with ${code}`);
}
