// Sandboxes, and the options of all their runs.
export { createSandbox, type Sandbox } from './sandbox.ts';
export type { BoxCounts } from './pool/pools.ts';
export type { RunBooks, RunOptions, SandboxOptions } from './options/options.ts';
export type { DockerOptions } from './drivers/docker/docker.ts';
export type { NetworkOptions } from './egress/launcher/open-network.ts';
export type { NetworkTimeouts, RunSecret } from '@castellan/protocol/kinds';
export type { ModuleOffer, OfferedPackage } from './modules/offer.ts';
export type {
  BrowserOptions,
  BrowserSettings,
  IsolationChoice,
  IsolationOffer,
  LimitName,
  Limits,
  RecordSettings,
} from '@castellan/protocol';
export { limitTable } from '@castellan/protocol';

// A script, and functions that it may call.
export type { Source } from './options/source.ts';
export {
  type DeclaredHelper,
  helper,
  type HelperContext,
  type HelperFunction,
  type HelperOptions,
  type Helpers,
  sync,
} from './helpers/helper.ts';
export { HelperError, type HelperErrorDetails } from './helpers/helper-error.ts';

// The run, and what happens in it.
export type { AnswerHead, Exchange } from './options/exchange.ts';
export type { RunHandle } from './run/handle.ts';
export type {
  Artifact,
  Isolation,
  Json,
  Layer,
  LogLine,
  NetworkEntry,
  PagePicture,
  Run,
  RunError,
  RunEvent,
  RunStatus,
} from '@castellan/protocol';
export type { ArtifactRecall, ArtifactSink } from './artifacts/artifacts.ts';

// Why a run ended badly, what a check finds, and exceptions.
export { type Reason, reasons } from '@castellan/protocol';
export type { Checked, CheckOptions } from './run/check.ts';
export {
  CastellanError,
  type ErrorCode,
  type Problem,
  type ProblemCode,
} from '@castellan/protocol';
