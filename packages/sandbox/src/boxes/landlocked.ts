import { type FileUse, landlockCommand, landlockProgram } from '../walls/landlock.ts';
import type { Enclosure, MemoryFolder, Mount } from './enclosure.ts';

type Rule = readonly [use: FileUse, path: string];

/** The mount of the program that is at this path on the machine, if there is one. */
export const landlockMounts = (from: string | undefined): readonly Mount[] =>
  from === undefined ? [] : [{ from, to: landlockProgram }];

/** The same enclosure, whose program is started behind Landlock. It has to have the mount of that. */
export function landlocked(enclosure: Enclosure): Enclosure {
  const { command, rights } = enclosure;
  return { ...enclosure, command: landlockCommand(rulesOf(enclosure), rights.ports, command) };
}

function rulesOf({ mounts, rights, memory, proc }: Enclosure): Rule[] {
  const readable = mounts.map(({ to }) => to).filter((path) => path !== landlockProgram);
  return [
    ...readable.map((path): Rule => ['read', path]),
    ...rights.programs.map((path): Rule => ['execute', path]),
    ...(proc === 'none' ? [] : [[proc === 'own' ? 'read' : 'readAndWrite', '/proc'] as const]),
    ...(memory === undefined ? [] : rulesOfMemory(memory)),
  ];
}

/** Whoever may write may look around too: names are no secret, and what is behind them needs a rule. */
function rulesOfMemory({ writable, texts, devices }: MemoryFolder): Rule[] {
  return [
    ['list', '/'],
    ...Object.keys(writable).map((path): Rule => ['all', path]),
    ...Object.keys(texts).map((path): Rule => ['read', path]),
    ...devices.map((name): Rule => ['readAndWrite', `/dev/${name}`]),
  ];
}
