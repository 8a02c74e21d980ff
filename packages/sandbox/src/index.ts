export {
  type Artifact,
  type BrowserOptions,
  type BrowserSettings,
  CastellanError,
  type ErrorCode,
  type Isolation,
  type IsolationChoice,
  type Json,
  type Layer,
  type LimitName,
  type Limits,
  limitTable,
  type LogLine,
  type NetworkEntry,
  type Problem,
  type ProblemCode,
  type Reason,
  reasons,
  type Run,
  type RunError,
  type RunEvent,
  type RunStatus,
} from '@castellan/protocol';
export type { ArtifactSink } from './artifacts/artifacts.ts';
export type { Checked, CheckOptions } from './run/check.ts';
export {
  type DeclaredHelper,
  helper,
  type HelperContext,
  type HelperFunction,
  type HelperOptions,
  type Helpers,
  sync,
} from './helpers/helper.ts';
export type { NetworkOptions } from './egress/launcher/open-network.ts';
export type { ModuleOffer, OfferedPackage } from './modules/offer.ts';
export type { RunOptions, RunBooks, SandboxOptions } from './options/options.ts';
export type { Source } from './options/source.ts';
export type { RunHandle } from './run/handle.ts';
export { createSandbox, type Sandbox } from './sandbox.ts';
