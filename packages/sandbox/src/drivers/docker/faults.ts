import type { Diagnosis } from '../driver.ts';
import { DockerError, oldestApi } from './api.ts';

/** How the words of this driver begin, on the standard error of a box that did not start. */
export const voice = /\bdocker: /;

/** What went wrong with a daemon, what it means, and what helps. */
interface Fault {
  readonly when: (code: number | string, message: string) => boolean;
  readonly detail: (socket: string, message: string) => string;
  readonly fix: string;
}

const is =
  (...codes: readonly (number | string)[]): Fault['when'] =>
  (code) =>
    codes.includes(code);
const says =
  (words: RegExp): Fault['when'] =>
  (_, message) =>
    words.test(message);

export const noImage = {
  detail: (id: string): string =>
    `The Docker daemon has no image of what boxes are made of here, ${id.slice(0, 19)}: none was built, or Node, Castellan or the runtime has changed since.`,
  fix: 'castellan image build',
} as const;

/** The first that applies counts. */
const faults: readonly Fault[] = [
  {
    when: is('ENOENT', 'ENOTSOCK'),
    detail: (socket) => `There is no Docker socket at ${socket}.`,
    fix: 'apt-get install docker.io, or the option docker.socket with the path of the socket of a daemon that runs.',
  },
  {
    when: is('ECONNREFUSED'),
    detail: (socket) => `Nobody listens on the Docker socket ${socket}.`,
    fix: 'systemctl start docker',
  },
  {
    when: is('EACCES', 'EPERM'),
    detail: (socket) => `This user may not talk to the Docker socket ${socket}.`,
    fix: 'Run Castellan as root. Whoever may talk to that socket is as good as root in any case; bubblewrap needs no privilege.',
  },
  {
    when: says(/client version \S+ is too new/i),
    detail: (_, message) => `The Docker daemon is too old: ${message}`,
    fix: `Install Docker 20.10 or newer, which has version ${oldestApi} of the API.`,
  },
  {
    when: says(/unknown or invalid runtime name|unknown runtime specified/i),
    detail: (_, message) => `The Docker daemon does not know the option docker.runtime: ${message}`,
    fix: 'Name it in "runtimes" of /etc/docker/daemon.json and restart the daemon, or leave the option out.',
  },
  {
    when: says(/cannot run with network enabled in root network namespace/i),
    detail: (_, message) => `The runtime does not believe that its network is empty: ${message}`,
    fix: 'In /etc/docker/daemon.json: "runtimeArgs": ["--network=none"] of that runtime.',
  },
  {
    when: says(/invalid action: SCMP_ACT_KILL_PROCESS/),
    detail: (_, message) => `The runtime is too old for the system call filter: ${message}`,
    fix: 'A newer release of that runtime, or isolation gvisor.',
  },
  {
    when: says(/the container cannot be seen/),
    detail: (_, message) => `The launcher cannot prove the walls of a container: ${message}`,
    fix: 'Run Castellan as root, in the process namespace of the daemon (docker run --pid=host).',
  },
];

export function faultOf(error: unknown, socket: string): Diagnosis {
  const code = error instanceof DockerError ? error.code : '';
  return diagnosed(code, (error as Error).message, socket);
}

/** The same from the words of a box that did not start. */
export function faultIn(lastWords: string, socket: string): Diagnosis {
  const at = lastWords.search(voice);
  const said = (at === -1 ? lastWords : lastWords.slice(at)).trim().slice(0, 500);
  if (said === '') return { detail: 'The container ended without a word.', fix: null };
  return diagnosed('', said.replace(voice, ''), socket);
}

function diagnosed(code: number | string, message: string, socket: string): Diagnosis {
  const fault = faults.find(({ when }) => when(code, message));
  if (fault === undefined)
    return { detail: `The Docker daemon at ${socket}: ${message}`, fix: null };
  return { detail: fault.detail(socket, message), fix: fault.fix };
}
