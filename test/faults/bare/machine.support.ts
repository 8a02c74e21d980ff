import assert from 'node:assert/strict';
import { type ChildProcess, execFile, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { putTools } from '../../packed/tools.support.ts';
import { until } from '../../shared/until.support.ts';

/** Where the bare system is kept: making it takes a minute and the network. */
const cache = process.env['CASTELLAN_BARE_FOLDER'] ?? '/var/tmp/castellan-bare';
const included = 'systemd,systemd-sysv,dbus';
const boot = join(import.meta.dirname, 'boot.sh');
const restricted = join(import.meta.dirname, 'restricted.sh');

export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A bare Debian 12 with Node and npm, and a user `ann`; systemd runs in it. */
export class Machine implements AsyncDisposable {
  readonly #root: string;
  readonly #boot: ChildProcess;
  readonly #env: readonly string[];
  #init = 0;

  private constructor(root: string, env: Readonly<Record<string, string>>) {
    this.#root = root;
    this.#env = Object.entries(env).map(([name, value]) => `${name}=${value}`);
    this.#boot = spawn(boot, [root], { stdio: 'ignore' });
  }

  /** `env` is that of every command. */
  static async start(env: Readonly<Record<string, string>>): Promise<Machine> {
    const folder = mkdtempSync(join(tmpdir(), 'castellan-bare-'));
    execFileSync('cp', ['-a', `${bareSystem()}/.`, folder]);
    copyFileSync('/etc/resolv.conf', join(folder, 'etc/resolv.conf'));
    putTools(join(folder, 'usr/local'));
    execFileSync('chroot', [folder, 'useradd', '--create-home', 'ann']);
    execFileSync('chmod', ['755', folder]);
    const machine = new Machine(folder, env);
    await until('systemd runs', async () => {
      machine.#init = initBelow(machine.#boot.pid ?? 0);
      if (machine.#init === 0) return false;
      const { stdout } = await machine.root('systemctl is-system-running');
      return /running|degraded/.test(stdout);
    });
    return machine;
  }

  /** The folder that is its root. */
  get folder(): string {
    return this.#root;
  }

  /** Runs a shell command as root. */
  root(command: string): Promise<Ended> {
    const inside = ['--target', `${this.#init}`, '--mount', '--pid', '--cgroup', '--ipc', '--uts'];
    return this.#run('nsenter', [...inside, ...this.#shell(command)]);
  }

  /** Runs a shell command as an ordinary user, in their home. */
  ann(command: string): Promise<Ended> {
    return this.root(asAnn(command));
  }

  /** The same where user namespaces are refused as Ubuntu does. */
  annRestricted(command: string): Promise<Ended> {
    return this.#run(restricted, [this.#root, ...this.#shell(asAnn(command))]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const ended = once(this.#boot, 'exit');
    this.#boot.kill('SIGKILL');
    await ended;
    rmSync(this.#root, { recursive: true, force: true });
  }

  #shell(command: string): string[] {
    const path = 'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
    return ['env', '-i', path, 'HOME=/root', ...this.#env, 'sh', '-c', command];
  }

  async #run(program: string, args: readonly string[]): Promise<Ended> {
    try {
      return { code: 0, ...(await promisify(execFile)(program, args, { maxBuffer: 2 ** 26 })) };
    } catch (error) {
      const { code, stdout, stderr } = error as Ended;
      assert.equal(typeof code, 'number', String(error));
      return { code, stdout, stderr };
    }
  }
}

function asAnn(command: string): string {
  return `cd /home/ann && exec setpriv --reuid=ann --regid=ann --init-groups env HOME=/home/ann sh -c '${command.replaceAll("'", `'\\''`)}'`;
}

/** The first process of the namespace that `boot.sh` made: a child of `unshare`. */
function initBelow(pid: number): number {
  const file = `/proc/${pid}/task/${pid}/children`;
  return existsSync(file) ? Number(readFileSync(file, 'utf8').trim().split(' ')[0]) : 0;
}

/** A folder with the smallest Debian 12 that has systemd. Made once, whole or not at all. */
function bareSystem(): string {
  const made = join(cache, `debian-12,${included}`);
  if (existsSync(made)) return made;
  mkdirSync(cache, { recursive: true });
  const fresh = mkdtempSync(join(cache, 'making-'));
  const args = ['--variant=minbase', `--include=${included}`, 'bookworm', fresh];
  execFileSync('debootstrap', args, { stdio: 'ignore' });
  renameSync(fresh, made);
  return made;
}

/** The reason why there is no bare machine here, or false. */
export function noMachine(): string | false {
  if (process.getuid?.() !== 0) return 'making a bare system takes root';
  const folders = (process.env['PATH'] ?? '').split(':').concat('/usr/sbin');
  const isThere = folders.some((folder) => existsSync(join(folder, 'debootstrap')));
  return isThere ? false : 'making a bare system takes debootstrap: apt-get install debootstrap';
}
