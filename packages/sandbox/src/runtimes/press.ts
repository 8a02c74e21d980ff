import { createHash } from 'node:crypto';
import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BundleFacts, Member, MemberKind, ModuleSet } from '@castellan/protocol';
import { compileEagerly, markCalls } from './eager.ts';

/** A set before it has been tried: the text of its bundles and where their members are. */
export interface Draft {
  readonly name: string;
  readonly packages: ModuleSet['packages'];
  readonly bundles: ReadonlyMap<string, string>;
  readonly members: readonly DraftMember[];
  readonly specifiers: ModuleSet['specifiers'];
}

export interface DraftMember {
  readonly bundle: string;
  readonly index: number;
  readonly kind: MemberKind;
  /** What its bundle is mostly loaded for: the functions that this calls are compiled beforehand. */
  readonly isMain: boolean;
}

/** What loading the members of a draft, in an isolate, gave. */
export interface Trial {
  /** Names of the exports by index of the member. */
  readonly names: Readonly<Record<number, readonly string[]>>;
  /** Why a member could not be loaded, by its index. */
  readonly failed: Readonly<Record<number, string>>;
  /** `BUNDLE:NUMBER` of each function that loading the main members called. */
  readonly ran: readonly string[];
}

/** One request of a trial: load this specifier this way to get that member. */
export interface TrialStep {
  readonly member: number;
  readonly specifier: string;
  readonly how: 'import' | 'require';
}

export interface TrialSteps {
  /** Members that their bundles are mostly loaded for; they come first. */
  readonly main: readonly TrialStep[];
  readonly others: readonly TrialStep[];
}

/** Has `trialScript` load the members of the set in isolates. */
export type TryOut = (steps: TrialSteps) => Promise<Trial>;

/** Makes compiled code. */
export interface Compiler {
  /** What the code is made for; see `codeKey` of the protocol. */
  readonly key: string;
  /** V8's compiled code of a script. */
  compile(text: string): Uint8Array;
}

/** The script of a trial; its params are `TrialSteps`. */
export const trialScript = `
globalThis.castellanRan = {};
const names = {}, failed = {};
const load = async ({ member, specifier, how }) => {
  try {
    const exports = how === 'import' ? await import(specifier) : require(specifier);
    if (exports === undefined) throw new Error('it exports nothing');
    names[member] = how === 'import' ? Object.keys(exports).filter((name) => name.isWellFormed()).sort() : [];
  } catch (error) {
    failed[member] = String(error?.message ?? error).split('\\n')[0].slice(0, 200);
  }
};
for (const step of params.main) await load(step);
const ran = Object.keys(globalThis.castellanRan);
for (const step of params.others) await load(step);
return { names, failed, ran };
`;

/**
 * Writes a draft to an empty `folder`, tries it, and writes it again as it will be used: members
 * that cannot be loaded are taken out, the functions that loading calls are compiled beforehand.
 */
export async function press(
  draft: Draft,
  folder: string,
  tryOut: TryOut,
  compiler: Compiler,
): Promise<ModuleSet> {
  for (const [file, text] of draft.bundles) {
    // One byte per character, here and in the isolate, and no choice of encodings.
    if (/[^\x00-\x7f]/.test(text)) throw new Error(`${file} is not ASCII`);
  }
  const marked = new Map(draft.bundles.entries().map(([file, text]) => [file, markCalls(text, file)]));
  const nothing: Trial = { names: {}, failed: {}, ran: [] };
  writeSet(folder, setOf(draft, marked, new Map(), nothing), marked);
  const steps = stepsOf(draft);
  const isMain = ({ member }: TrialStep): boolean => draft.members[member]?.isMain === true;
  const trial = await tryOut({
    main: steps.filter(isMain),
    others: steps.filter((step) => !isMain(step)),
  });

  const ran = new Map<string, Set<number>>();
  for (const call of trial.ran) {
    const at = call.lastIndexOf(':');
    const file = call.slice(0, at);
    ran.set(file, (ran.get(file) ?? new Set()).add(Number(call.slice(at + 1))));
  }
  const finished = new Map(
    draft.bundles.entries().map(([file, text]) => [file, compileEagerly(text, ran.get(file) ?? new Set())]),
  );
  const codeName = (file: string): string => `${file}.${compiler.key}.code`;
  const code = new Map(finished.entries().map(([file, text]) => [file, compiler.compile(text)]));
  const facts = new Map(
    code.entries().map(([file, bytes]) => {
      return [file, { [compiler.key]: { file: codeName(file), ...factsOf(bytes) } }] as const;
    }),
  );
  const set = setOf(draft, finished, facts, trial);
  for (const file of readdirSync(folder)) rmSync(join(folder, file));
  for (const [file, bytes] of code) writeFileSync(join(folder, codeName(file)), bytes);
  writeSet(folder, set, finished);
  return set;
}

/** Each member once, by the specifier that is first in order. */
function stepsOf(draft: Draft): TrialStep[] {
  const steps = new Map<number, TrialStep>();
  for (const [specifier, [forImport, forRequire]] of Object.entries(draft.specifiers)) {
    if (!steps.has(forImport)) steps.set(forImport, { member: forImport, specifier, how: 'import' });
    if (!steps.has(forRequire)) steps.set(forRequire, { member: forRequire, specifier, how: 'require' });
  }
  return [...steps.values()].toSorted((a, b) => a.member - b.member);
}

function setOf(
  draft: Draft,
  bundles: ReadonlyMap<string, string>,
  code: ReadonlyMap<string, BundleFacts['code']>,
  trial: Trial,
): ModuleSet {
  const works = (index: number): boolean => trial.failed[index] === undefined;
  const specifiers = Object.entries(draft.specifiers).flatMap(([specifier, [forImport, forRequire]]) => {
    if (!works(forImport) && !works(forRequire)) return [];
    const pair = [works(forImport) ? forImport : forRequire, works(forRequire) ? forRequire : forImport] as const;
    return [[specifier, pair] as const];
  });
  return {
    format: 1,
    name: draft.name,
    packages: Object.fromEntries(
      Object.entries(draft.packages).map(([name, facts]) => [name, { ...facts, leftOut: leftOut(draft, trial, name) }]),
    ),
    specifiers: Object.fromEntries(specifiers),
    members: draft.members.map(({ bundle, index, kind }, at): Member => ({ bundle, index, kind, names: trial.names[at] ?? [] })),
    bundles: Object.fromEntries(
      bundles.entries().map(([file, text]) => [file, { ...factsOf(Buffer.from(text, 'latin1')), code: code.get(file) ?? {} }]),
    ),
  };
}

/** Specifiers of a package that cannot be loaded either way, and why. */
function leftOut(draft: Draft, { failed }: Trial, name: string): Record<string, string> {
  const entries = Object.entries(draft.specifiers).flatMap(([specifier, [forImport, forRequire]]) => {
    const isOwn = specifier === name || specifier.startsWith(`${name}/`);
    const why = failed[forImport];
    return isOwn && why !== undefined && failed[forRequire] !== undefined ? [[specifier, why] as const] : [];
  });
  return Object.fromEntries(entries);
}

export function factsOf(bytes: Uint8Array): { sizeBytes: number; sha256: string } {
  return { sizeBytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') };
}

function writeSet(folder: string, set: ModuleSet, bundles: ReadonlyMap<string, string>): void {
  for (const [file, text] of bundles) writeFileSync(join(folder, file), text, 'latin1');
  writeFileSync(join(folder, 'manifest.json'), `${JSON.stringify(set, null, 1)}\n`);
}
