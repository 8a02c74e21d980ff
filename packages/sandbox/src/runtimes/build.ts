import { chmodSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join, resolve } from 'node:path';
import { CastellanError, type IsolationChoice, type ModuleSet } from '@castellan/protocol';
import { locateParts } from '../drivers/parts.ts';
import { compilerFor, type IsolatedVm } from './compile.ts';
import { draftRuntime } from './draft.ts';
import { installPackages } from './install.ts';
import { keepPackages } from './node-modules.ts';
import { readPackages } from './packages.ts';
import { press } from './press.ts';
import { tryInBoxes } from './trial.ts';

export interface BuildRuntimeOptions {
  /** What the packages are tried in. Default `auto`: the strongest box that works here. */
  readonly isolation?: IsolationChoice;
}

/**
 * Builds the runtime in `folder`, which has a `package.json` whose dependencies are the packages
 * that scripts may be allowed, into `outFolder`, which is replaced. They are installed
 * first, without their scripts, and kept beside what is built, for the node engine. Code of a
 * package is only ever run in boxes. Equal packages give equal bytes. Throws `invalid_option` when a package cannot be built or loaded.
 */
export async function buildRuntime(
  folder: string,
  outFolder: string,
  { isolation = 'auto' }: BuildRuntimeOptions = {},
): Promise<ModuleSet> {
  const root = resolve(folder);
  await installPackages(root);
  const out = resolve(outFolder);
  mkdirSync(dirname(out), { recursive: true });
  const fresh = mkdtempSync(join(dirname(out), `.${basename(out)}-`));
  try {
    const parts = locateParts();
    const draft = await draftRuntime(
      root,
      await readPackages(root),
      join(parts.runnerDir, 'builtins'),
    );
    const { ivm } = createRequire(import.meta.url)(parts.addon) as { ivm: IsolatedVm };
    const compiler = compilerFor(ivm, readFileSync(parts.snapshot?.file ?? ''));
    const set = await press(draft, fresh, tryInBoxes(fresh, isolation), compiler);
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

/** A subpath that only works in Node is left out; a package that does is a mistake of the operator's. */
function refuseBroken({ packages }: ModuleSet): void {
  for (const [name, { leftOut }] of Object.entries(packages)) {
    if (leftOut[name] === undefined) continue;
    throw new CastellanError(
      'invalid_option',
      `${name} cannot be loaded in an isolate: ${leftOut[name]}`,
    );
  }
}
