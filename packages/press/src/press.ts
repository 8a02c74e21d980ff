import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import {
  codeFile,
  type IndexEntry,
  indexFile,
  indexText,
  manifestFile,
  type Member,
  type MemberKind,
  type ModuleSet,
  moduleSetFormat,
  type PackageFacts,
  packageName,
  type PackageTypes,
  shelfFile,
  typesFile,
} from '@castellan/protocol/runtimes';
import { packShelf } from '@castellan/protocol/shelf';
import { compileEagerly, markCalls } from './eager.ts';
import { factsOf } from './facts.ts';
import type { Trial, TrialStep, TryOut } from './trial-script.ts';

const noticesFile = 'THIRD-PARTY-LICENSES.txt';

/** A set before its trial: the text of its bundles, and where their members are. */
export interface Draft {
  readonly name: string;
  readonly packages: Readonly<Record<string, Omit<PackageFacts, 'specifiers' | 'leftOut'>>>;
  readonly bundles: ReadonlyMap<string, string>;
  readonly members: readonly DraftMember[];
  /** By package: what an editor knows of it; of one that is not here nothing. */
  readonly types: ReadonlyMap<string, PackageTypes>;
  /** Licences of what is bundled; empty if they are written elsewhere. */
  readonly notices: string;
  /** By specifier: indexes into `members`. */
  readonly specifiers: Readonly<Record<string, readonly [forImport: number, forRequire: number]>>;
}

export interface DraftMember {
  readonly bundle: string;
  readonly index: number;
  readonly kind: MemberKind;
  /**
   * Whether this is what the bundle is usually loaded for: the functions that loading it calls are
   * compiled in advance.
   */
  readonly isMain: boolean;
}

/** Creates V8's compiled code. */
export interface Compiler {
  /** Identifies the isolates that the code works in; see `codeKey` of the protocol. */
  readonly key: string;
  compile(text: string): Uint8Array;
}

/**
 * Writes a draft to an empty `folder`, tries it, and writes it again in its final form: without the
 * members that cannot be loaded, and with compiled code of the functions that loading calls.
 */
export async function press(
  draft: Draft,
  folder: string,
  tryOut: TryOut,
  compiler: Compiler,
): Promise<ModuleSet> {
  for (const [file, text] of draft.bundles) {
    // One byte per character, here and in the isolate, in any encoding.
    if (/[^\x00-\x7f]/.test(text)) throw new Error(`${file} is not ASCII`);
  }
  const marked = new Map(
    draft.bundles.entries().map(([file, text]) => [file, Buffer.from(markCalls(text, file))]),
  );
  writeSet(draft, folder, marked, { names: new Map(), failed: new Map(), ran: [] });
  const steps = stepsOf(draft);
  const isMain = ({ member }: TrialStep): boolean => draft.members[member]?.isMain === true;
  const trial = await tryOut(folder, {
    main: steps.filter(isMain),
    others: steps.filter((step) => !isMain(step)),
  });

  const ran = new Map<string, Set<number>>();
  for (const call of trial.ran) {
    const at = call.lastIndexOf(':');
    const file = call.slice(0, at);
    ran.set(file, (ran.get(file) ?? new Set()).add(Number(call.slice(at + 1))));
  }
  const files = new Map<string, Uint8Array>();
  for (const [file, text] of draft.bundles) {
    const finished = compileEagerly(text, ran.get(file) ?? new Set());
    files.set(file, Buffer.from(finished));
    files.set(codeFile(file, compiler.key), compiler.compile(finished));
  }
  for (const file of readdirSync(folder)) rmSync(join(folder, file));
  return writeSet(draft, folder, files, trial);
}

/** Returns each member once, by its first specifier. */
function stepsOf(draft: Draft): TrialStep[] {
  const steps = new Map<number, TrialStep>();
  for (const [specifier, [forImport, forRequire]] of Object.entries(draft.specifiers)) {
    if (!steps.has(forImport))
      steps.set(forImport, { member: forImport, specifier, how: 'import' });
    if (!steps.has(forRequire))
      steps.set(forRequire, { member: forRequire, specifier, how: 'require' });
  }
  return [...steps.values()].toSorted((a, b) => a.member - b.member);
}

/**
 * Writes a shelf of bundles, compiled code and an index per package, and the manifest with the hash of each
 * file.
 */
function writeSet(
  draft: Draft,
  folder: string,
  bundles: ReadonlyMap<string, Uint8Array>,
  trial: Trial,
): ModuleSet {
  const indexes = indexesOf(draft, trial);
  const texts = [...indexes].map(
    ([name, index]) => [indexFile(name), Buffer.from(indexText(index))] as const,
  );
  const files = new Map<string, Uint8Array>();
  files.set(shelfFile, packShelf(new Map([...bundles, ...texts])));
  for (const [name, types] of draft.types) {
    files.set(typesFile(name), gzipSync(JSON.stringify(types), { level: 9 }));
  }
  if (draft.notices !== '') files.set(noticesFile, Buffer.from(draft.notices));
  const packages = Object.entries(draft.packages).map(([name, facts]) => {
    const specifiers = indexes.get(name)?.length ?? 0;
    return [name, { ...facts, specifiers, leftOut: leftOut(draft, trial, name) }] as const;
  });
  const set: ModuleSet = {
    format: moduleSetFormat,
    name: draft.name,
    packages: Object.fromEntries(packages),
    files: Object.fromEntries(files.entries().map(([file, bytes]) => [file, factsOf(bytes)])),
  };
  for (const [file, bytes] of files) writeFileSync(join(folder, file), bytes);
  writeFileSync(join(folder, manifestFile), `${JSON.stringify(set, null, 1)}\n`);
  return set;
}

/** Returns the entries that can be loaded, by package; without packages, under the set's name. */
function indexesOf(draft: Draft, trial: Trial): Map<string, IndexEntry[]> {
  const indexes = new Map<string, IndexEntry[]>();
  for (const [specifier, pair] of Object.entries(draft.specifiers)) {
    const [first, second = first] = pair.filter((member) => !trial.failed.has(member));
    if (first === undefined || second === undefined) continue;
    const name = packageName(specifier);
    const owner = Object.hasOwn(draft.packages, name) ? name : draft.name;
    const [forImport, forRequire] = [first, second].map((at) => memberOf(draft, trial, at));
    const entry = first === second ? [specifier, forImport] : [specifier, forImport, forRequire];
    indexes.set(owner, [...(indexes.get(owner) ?? []), entry as unknown as IndexEntry]);
  }
  return indexes;
}

function memberOf({ members }: Draft, { names }: Trial, number: number): Member {
  const member = members[number];
  if (member === undefined) throw new Error('a specifier leads to no member');
  const { bundle, index, kind } = member;
  const tried = names.get(number);
  // Before the trial nobody knows the names: its `import()` takes each member as a whole.
  return { bundle, index, kind: tried === undefined ? 'commonjs' : kind, names: tried ?? [] };
}

/**
 * Returns the specifiers of a package that neither `import` nor `require()` can load, with the
 * reason.
 */
function leftOut(draft: Draft, { failed }: Trial, name: string): Record<string, string> {
  const entries = Object.entries(draft.specifiers).flatMap(
    ([specifier, [forImport, forRequire]]) => {
      const isOwn = specifier === name || specifier.startsWith(`${name}/`);
      const why = failed.get(forImport);
      return isOwn && why !== undefined && failed.has(forRequire)
        ? [[specifier, why] as const]
        : [];
    },
  );
  return Object.fromEntries(entries);
}
