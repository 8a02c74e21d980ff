import { chmodSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join, resolve } from 'node:path';
import { CastellanError } from '@castellan/protocol';
import { builtinsName, type ModuleSet } from '@castellan/protocol/runtimes';
import { compilerFor, type IsolatedVm } from './compile.ts';
import { draftRuntime } from './draft.ts';
import { installPackages } from './install.ts';
import { keepPackages } from './keep.ts';
import { readPackages } from './packages.ts';
import { press } from './press.ts';
import type { TryOut } from './trial-script.ts';

/** Paths of the box parts that a runtime is built for, all absolute. */
export interface BuildParts {
  /** The runner's folder, which contains the Node built-ins that packages may use. */
  readonly runnerDir: string;
  /** The native library of isolated-vm. */
  readonly addon: string;
  /** Isolates start from this snapshot, and compiled code works with no other. */
  readonly snapshot: { readonly file: string };
}

export interface BuildRuntimeOptions {
  readonly parts: BuildParts;
  /** Loads the packages. Their code is hostile, so it must run in a box. */
  readonly tryOut: TryOut;
  /** Called with what begins now, for people: `installing the packages`. */
  readonly onStage?: (stage: string) => void;
}

/**
 * Builds the runtime in `folder`, whose `package.json` lists the packages that scripts may import,
 * into `outFolder`, which is replaced. The packages are installed first, without running their
 * scripts, and copied beside the result for the node engine. The same packages produce the same
 * bytes. Rejects with `invalid_option` if a package cannot be built or loaded.
 */
export async function buildRuntime(
  folder: string,
  outFolder: string,
  { parts, tryOut, onStage = () => undefined }: BuildRuntimeOptions,
): Promise<ModuleSet> {
  const root = resolve(folder);
  onStage('installing the packages');
  await installPackages(root);
  const out = resolve(outFolder);
  mkdirSync(dirname(out), { recursive: true });
  const fresh = mkdtempSync(join(dirname(out), `.${basename(out)}-`));
  try {
    const builtins = join(parts.runnerDir, builtinsName);
    const packages = await readPackages(root);
    onStage('bundling the packages');
    const draft = await draftRuntime(root, packages, builtins);
    const { ivm } = createRequire(import.meta.url)(parts.addon) as { ivm: IsolatedVm };
    const compiler = compilerFor(ivm, readFileSync(parts.snapshot.file));
    onStage('trying the packages in boxes, and compiling them');
    const set = await press(draft, fresh, tryOut, compiler);
    refuseBroken(set);
    keepPackages(root, fresh);
    chmodSync(fresh, 0o755);
    rmSync(out, { recursive: true, force: true });
    renameSync(fresh, out);
    return set;
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
}

/** A subpath that only works in Node is left out; a package whose main entry does is refused. */
function refuseBroken({ packages }: ModuleSet): void {
  for (const [name, { leftOut }] of Object.entries(packages)) {
    if (leftOut[name] === undefined) continue;
    throw new CastellanError(
      'invalid_option',
      `${name} cannot be loaded in an isolate: ${leftOut[name]}`,
    );
  }
}
