import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { Enclosure, MemoryFolder, Mount } from '../boxes/enclosure.ts';

/** What Landlock leaves to a box besides reading what is mounted and using its folder in memory. */
export interface LandlockRights {
  /** Paths inside of what may be executed, with the loader of programs, and of folders with such. */
  readonly programs: readonly string[];
  /** What may be done with TCP ports, where the kernel asks (ABI 4). */
  readonly ports: readonly (keyof typeof ports)[];
}

/** The kernel's bits, as in linux/landlock.h. An older kernel knows fewer. */
const files = {
  execute: 1 << 0,
  writeFile: 1 << 1,
  readFile: 1 << 2,
  readFolder: 1 << 3,
  removeFolder: 1 << 4,
  removeFile: 1 << 5,
  makeCharacterDevice: 1 << 6,
  makeFolder: 1 << 7,
  makeFile: 1 << 8,
  makeSocket: 1 << 9,
  makeFifo: 1 << 10,
  makeBlockDevice: 1 << 11,
  makeLink: 1 << 12,
  refer: 1 << 13,
  truncate: 1 << 14,
  controlDevice: 1 << 15,
} as const;
const ports = { bind: 1 << 0, connect: 1 << 1 } as const;
/** Abstract sockets and processes outside of the box. */
const scoped = 0b11;

const all = (bits: Readonly<Record<string, number>>): number =>
  Object.values(bits).reduce((mask, bit) => mask | bit, 0);

/** Everything that is done with files that nobody may execute. */
const { execute, makeCharacterDevice, makeBlockDevice, controlDevice, ...ofFiles } = files;

/** The program inside a box, which no rule lets anybody read: that it cannot is how it sees that the wall stands. */
export const landlockProgram = '/landlock';

/** The mount of the program that is at this path on the machine, if there is one. */
export const landlockMounts = (from: string | undefined): readonly Mount[] =>
  from === undefined ? [] : [{ from, to: landlockProgram }];

/** What the program says where the kernel has no Landlock. */
export const noLandlock = /^landlock: the kernel has none/m;

/** The same enclosure, whose program is started behind Landlock. It has to have the mount of it. */
export function landlocked(enclosure: Enclosure): Enclosure {
  const { command, rights } = enclosure;
  const taken = [all(files), all(ports) & ~maskOf(ports, rights.ports), scoped];
  const rules = rulesOf(enclosure).flatMap(([mask, path]) => [hex(mask), path]);
  const rest = [landlockProgram, ...taken.map(hex), ...rules, '--', ...command];
  return { ...enclosure, command: [landlockProgram, ...rest] };
}

type Rule = readonly [mask: number, path: string];

function rulesOf({ mounts, rights, memory, proc }: Enclosure): Rule[] {
  const { readFile, writeFile } = files;
  const readable = mounts.map(({ to }) => to).filter((path) => path !== landlockProgram);
  return [
    ...readable.map((path) => [readFile, path] as const),
    ...rights.programs.map((path) => [readFile | execute, path] as const),
    ...(proc === 'none' ? [] : [[readFile | (proc === 'nesting' ? writeFile : 0), '/proc'] as const]),
    ...(memory === undefined ? [] : rulesOfMemory(memory)),
  ];
}

/** Whoever may write may look around too: names are no secret, and what is behind them needs a rule. */
function rulesOfMemory({ writable, texts, devices }: MemoryFolder): Rule[] {
  const { readFile, readFolder, writeFile } = files;
  return [
    [readFolder, '/'],
    ...Object.keys(writable).map((path) => [all(ofFiles), path] as const),
    ...Object.keys(texts).map((path) => [readFile, path] as const),
    ...devices.map((name) => [readFile | writeFile, `/dev/${name}`] as const),
  ];
}

const maskOf = <Name extends string>(
  bits: Readonly<Record<Name, number>>,
  names: readonly Name[],
): number => names.reduce((mask, name) => mask | bits[name], 0);

const hex = (mask: number): string => mask.toString(16);

/** The program on this machine; undefined where the build had no gcc. */
export function locateLandlock(): string | undefined {
  const runner = dirname(createRequire(import.meta.url).resolve('@castellan/runner/package.json'));
  const path = join(runner, 'dist', 'box', 'landlock');
  return existsSync(path) ? path : undefined;
}

/** The version of this machine's Landlock: 0 for none, or for one that a filter of this process hides. */
export async function landlockVersion(path: string): Promise<number> {
  const { stdout } = await promisify(execFile)(path, [], { env: {} });
  return Number(stdout);
}

/** The program, for boxes that this machine's own kernel holds; undefined where that has no Landlock. */
export async function landlockHere(): Promise<string | undefined> {
  const path = locateLandlock();
  return path !== undefined && (await landlockVersion(path)) > 0 ? path : undefined;
}
