import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { CastellanError, type ModuleSet } from '@castellan/protocol';
import type { IsolationChoice } from '../drivers/choose.ts';
import { locateParts } from '../options/parts.ts';
import { compilerFor, type IsolatedVm } from './compile.ts';
import { draftRuntime } from './draft.ts';
import { readPackages } from './packages.ts';
import { press } from './press.ts';
import { tryInBoxes } from './trial.ts';

export interface BuildRuntimeOptions {
  /** What the packages are tried in. Default `auto`: the strongest box that works here. */
  readonly isolation?: IsolationChoice;
}

/**
 * Builds the runtime in `folder`, which has a `package.json` whose dependencies are the packages
 * that scripts may be allowed, into `outFolder`, which is replaced. Installs them first, without
 * their scripts, unless `node_modules` is there. Code of a package is only ever run in boxes. Equal
 * packages give equal bytes. Throws `invalid_option` when a package cannot be built or loaded.
 */
export async function buildRuntime(
  folder: string,
  outFolder: string,
  { isolation = 'auto' }: BuildRuntimeOptions = {},
): Promise<ModuleSet> {
  const root = resolve(folder);
  await install(root);
  const out = resolve(outFolder);
  mkdirSync(dirname(out), { recursive: true });
  const fresh = mkdtempSync(join(dirname(out), `.${basename(out)}-`));
  try {
    const parts = { ...locateParts(), runtimeDir: fresh };
    const draft = await draftRuntime(root, await readPackages(root), join(parts.runnerDir, 'builtins'));
    const { ivm } = createRequire(import.meta.url)(parts.addon) as { ivm: IsolatedVm };
    const compiler = compilerFor(ivm, readFileSync(parts.snapshot ?? ''));
    const set = await press(draft, fresh, tryInBoxes(parts, isolation), compiler);
    refuseBroken(set);
    rmSync(out, { recursive: true, force: true });
    renameSync(fresh, out);
    return set;
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
}

async function install(root: string): Promise<void> {
  if (!existsSync(join(root, 'package.json'))) {
    throw new CastellanError('invalid_option', `${root} has no package.json: a runtime is a folder with one.`);
  }
  if (existsSync(join(root, 'node_modules'))) return;
  const how = existsSync(join(root, 'package-lock.json')) ? 'ci' : 'install';
  const options = ['--ignore-scripts', '--no-audit', '--no-fund', '--workspaces=false'];
  await promisify(execFile)('npm', [how, ...options], { cwd: root });
}

/** A subpath that only works in Node is left out; a package that does is a mistake of the operator's. */
function refuseBroken({ packages }: ModuleSet): void {
  for (const [name, { leftOut }] of Object.entries(packages)) {
    if (leftOut[name] === undefined) continue;
    throw new CastellanError('invalid_option', `${name} cannot be loaded in an isolate: ${leftOut[name]}`);
  }
}
