// Building a runtime: the folder of an operator becomes a set of modules.
export { type BuildParts, buildRuntime, type BuildRuntimeOptions } from './build.ts';

export { packPackages } from './pack.ts';

// Building any other set: bundle files into a draft, then press it.
export { bundleFiles, isolatePlatform, type Link } from './bundle.ts';
export { compilerFor, type IsolatedVm } from './compile.ts';
export { type Include, includesOf, noticesText } from './includes.ts';
export { type Draft, type DraftMember, press } from './press.ts';

// The trial of a set. The caller provides it, since it needs boxes.
export { type Trial, trialOf, trialScript, type TrialStep, type TryOut } from './trial-script.ts';
