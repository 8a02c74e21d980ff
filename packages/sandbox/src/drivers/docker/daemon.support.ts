import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from '../../../../../test/shared/until.support.ts';
import { find } from '../find.ts';

/** A Docker daemon of a test's own: its store, its socket and its containers are in one folder. */
export interface TestDaemon extends AsyncDisposable {
  readonly socket: string;
}

/** Why no daemon can be started here, or `false`. */
export async function noDaemon(): Promise<string | false> {
  if ((await find('dockerd')) === undefined) return 'no dockerd here';
  return process.getuid?.() === 0 ? false : 'a Docker daemon needs root';
}

/**
 * In a mount namespace of its own, in which "$1" says which numbers of the machine belong to whom: the
 * machine's own files stay as they are.
 */
const withNumbers =
  'mount --bind "$1" /etc/subuid && mount --bind "$1" /etc/subgid && shift && exec dockerd "$@"';

/**
 * Starts one without any network, which takes two seconds. `settings` are those of `daemon.json`; `numbers` is the
 * content of `/etc/subuid` and `/etc/subgid` as it sees them.
 */
export async function startDaemon(settings: object = {}, numbers?: string): Promise<TestDaemon> {
  const folder = mkdtempSync(join(tmpdir(), 'castellan-dockerd-'));
  const at = (name: string): string => join(folder, name);
  const socket = at('socket');
  const own = {
    iptables: false,
    ip6tables: false,
    bridge: 'none',
    'data-root': at('data'),
    'exec-root': at('exec'),
    pidfile: at('pid'),
    hosts: [`unix://${socket}`],
  };
  writeFileSync(at('daemon.json'), JSON.stringify({ ...own, ...settings }));
  const args = ['--config-file', at('daemon.json')];
  let command: [program: string, args: string[]] = ['dockerd', args];
  if (numbers !== undefined) {
    writeFileSync(at('numbers'), numbers);
    // Root of a container, who is somebody else outside, goes through it to its files.
    chmodSync(folder, 0o711);
    const inside = ['sh', '-c', withNumbers, 'sh', at('numbers'), ...args];
    command = ['unshare', ['--mount', '--propagation', 'private', '--', ...inside]];
  }
  const child = spawn(...command, {
    stdio: ['ignore', 'ignore', 'pipe'],
    // What it writes when it is slow to stop goes away with the rest.
    env: { ...process.env, TMPDIR: folder },
  });
  let log = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (log = (log + text).slice(-8_000)));
  const gone = once(child, 'exit');
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM');
    await gone;
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await until('the daemon listens', () => /API listen on/.test(log) || child.exitCode !== null);
    if (!existsSync(socket)) throw new Error(`dockerd did not start: ${log}`);
    readFileSync(at('pid'), 'utf8');
  } catch (error) {
    await stop();
    throw error;
  }
  return { socket, [Symbol.asyncDispose]: stop };
}
