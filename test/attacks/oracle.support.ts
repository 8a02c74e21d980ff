import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Canaries } from './canaries.support.ts';

const repository = join(import.meta.dirname, '../..');

/** Paths of this machine. The canary file's path is not among them: the programs receive it. */
const hostPaths = [repository, homedir(), process.execPath, 'node_modules'];

/** Frames of Node's, of the runner's and of the library's, as stacks show them. */
const hostFrames =
  /(?:^|\n)\s*at (?:[^\n"(]{0,200}\()?(?:node:|file:\/\/|\/[^\n"()\s]*:\d+:\d+)|isolated-vm boundary/;

/** What of the host appears in a text that a script has had a part in; empty when all is well. */
export function leaksIn(
  text: string,
  { values }: Pick<Canaries, 'values'>,
  isNode = false,
): string[] {
  const leaks: string[] = [];
  for (const [place, value] of Object.entries(values)) {
    if (text.includes(value)) leaks.push(`the canary of the ${place}`);
  }
  for (const path of hostPaths) if (text.includes(path)) leaks.push(`the path ${path}`);
  const frame = hostFrames.exec(text.replaceAll(/\\+n/g, '\n'));
  // In a box that runs Node, its frames are the script's own surroundings.
  if (frame !== null && !isNode) leaks.push(`a frame of the host's: ${frame[0]}`);
  return leaks;
}

const builtins = { Object, Array, Function, Promise, String, Error, RegExp, Map, Set } as const;

/** Everything that pollution of this process's own prototypes would change, as lines. */
export function prototypeKeys(): string[] {
  const lines = Object.entries(builtins).flatMap(([name, builtin]) => [
    ...Reflect.ownKeys(builtin).map((key) => `${name}.${String(key)}`),
    ...Reflect.ownKeys(builtin.prototype).map((key) => `${name}.prototype.${String(key)}`),
  ]);
  const globals = Reflect.ownKeys(globalThis).map((key) => `globalThis.${String(key)}`);
  return [...lines, ...globals, `polluted: ${String(Reflect.get({}, 'polluted'))}`].toSorted();
}
