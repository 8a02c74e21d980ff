import { execFile } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

/** What Landlock leaves to a box besides reading what is mounted and using its folder in memory. */
export interface LandlockRights {
  /** Paths inside of the files that may be executed. */
  readonly programs: readonly string[];
  /** What may be done with TCP ports, where the kernel asks (version 4). */
  readonly ports: readonly (keyof typeof ports)[];
}

/** Masks of rights to files. */
export type FileUse = keyof typeof uses;

/** The kernel's bits, as in linux/landlock.h; an older kernel knows fewer, from the end. */
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
const allFiles = 0xffff;
const ports = { bind: 1 << 0, connect: 1 << 1 } as const;
const allPorts = 0b11;
/** Abstract sockets and processes outside of the box. */
const scoped = 0b11;

/** How a path, and what is below it, may be used. */
const uses = {
  read: files.readFile,
  list: files.readFolder,
  execute: files.readFile | files.execute,
  readAndWrite: files.readFile | files.writeFile,
  /** Everything that is done with files that nobody executes, and no devices. */
  all:
    allFiles &
    ~(files.execute | files.makeCharacterDevice | files.makeBlockDevice | files.controlDevice),
} as const;

/** The program inside a box. No rule lets anybody read it: that it cannot is how it sees that the wall stands. */
export const landlockProgram = '/landlock';

/** What the program says where the kernel has no Landlock. */
export const noLandlock = /^landlock: the kernel has none/m;

/** The command line that becomes the program of a box, without all rights but those. */
export function landlockCommand(
  rules: readonly (readonly [use: FileUse, path: string])[],
  left: LandlockRights['ports'],
  command: readonly string[],
): [program: string, ...rest: string[]] {
  const taken = [allFiles, left.reduce((mask, name) => mask & ~ports[name], allPorts), scoped];
  const named = rules.flatMap(([use, path]) => [hex(uses[use]), path]);
  return [landlockProgram, landlockProgram, ...taken.map(hex), ...named, '--', ...command];
}

const hex = (mask: number): string => mask.toString(16);

/** The program on this machine; undefined where the build had no gcc, or where it may not be executed. */
export function locateLandlock(): string | undefined {
  const runner = dirname(createRequire(import.meta.url).resolve('@castellan/runner/package.json'));
  const path = join(runner, 'dist', 'box', 'landlock');
  try {
    accessSync(path, constants.X_OK);
    return path;
  } catch {
    return undefined;
  }
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
