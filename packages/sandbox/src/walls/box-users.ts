import { randomInt } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { CastellanError } from '@castellan/protocol';
import type { BoxUsers } from '@castellan/protocol/kinds';

/** A user, and a group of the same number, that one box has to itself until this is disposed of. */
export interface BoxUser extends Disposable {
  readonly id: number;
}

/** How many numbers are tried before all count as taken. */
const tries = 512;

/** Takes a user that no box of this machine has. Throws `box_failed` when there is none. */
export function takeUser({ first, count }: BoxUsers): BoxUser {
  const start = randomInt(count);
  for (let step = 0; step < Math.min(count, tries); step++) {
    const user = claim(first + ((start + step) % count));
    if (user !== undefined) return user;
  }
  throw new CastellanError(
    'box_failed',
    `Each of ${Math.min(count, tries)} users from ${first + start} on has a box, or too many descriptors are in use.`,
    { option: 'boxUsers', value: { first, count }, fix: 'Make boxUsers.count larger.' },
  );
}

/**
 * The claim is a name of a socket, which the kernel gives to one process at a time, whoever its launcher is,
 * and takes back from a process that dies. Nobody is answered there.
 */
function claim(id: number): BoxUser | undefined {
  const server = createServer((socket) => socket.destroy());
  // Taken: `listening` has said so already.
  server.on('error', () => undefined);
  server.listen({ path: `\0castellan-box-user-${id}`, exclusive: true }).unref();
  if (!server.listening) return undefined;
  return { id, [Symbol.dispose]: () => void server.close() };
}

/** Files that give numbers away: in which field the first one is, and in which one their count. */
const registers = [
  { file: '/etc/passwd', at: 2, count: undefined },
  { file: '/etc/group', at: 2, count: undefined },
  { file: '/etc/subuid', at: 1, count: 2 },
  { file: '/etc/subgid', at: 1, count: 2 },
] as const;

/** Throws `invalid_option` when somebody has one of these numbers already. */
export function refuseTaken(range: BoxUsers): void {
  const holder = holderOf(range);
  if (holder === undefined) return;
  throw new CastellanError(
    'invalid_option',
    `boxUsers ${numbersOf(range)} are not free: ${holder}.`,
    {
      option: 'boxUsers',
      value: range,
      fix: 'Give boxUsers numbers that no file of this machine gives to anybody.',
    },
  );
}

/** As people write it. */
export const numbersOf = ({ first, count }: BoxUsers): string => `${first} to ${first + count - 1}`;

/** Who has one of these numbers, as the line of a file that says so. */
export function holderOf(
  range: BoxUsers,
  textOf: (file: string) => string = read,
): string | undefined {
  for (const { file, at, count } of registers) {
    for (const line of textOf(file).split('\n')) {
      const fields = line.split(':');
      const first = Number(fields[at] ?? NaN);
      const last = first + (count === undefined ? 1 : Number(fields[count])) - 1;
      if (first < range.first + range.count && last >= range.first) return `${file}: ${line}`;
    }
  }
  return undefined;
}

function read(file: string): string {
  try {
    return readFileSync(file, 'latin1');
  } catch {
    return '';
  }
}
