export type {
  Artifact,
  CallRecord,
  Isolation,
  Json,
  Limits,
  LogLine,
  NetworkEntry,
  PagePicture,
  Problem,
  Reason,
  Run,
  RunError,
  RunEvent,
  RunStatus,
} from '@castellan/protocol';
export type {
  Admin,
  KeyGrant,
  KeyRecord,
  KeyScope,
  NewKey,
  Overview,
  PolicyInForce,
  PoolState,
} from './admin.ts';
export { type Client, createClient, type RunPage, type Runs } from './client.ts';
export type { CreateOptions } from './asking.ts';
export { CastellanError, type ClientCode, type FieldProblem } from './error.ts';
export type { EventsOptions } from './events.ts';
export type {
  CallAnswer,
  CallArtifact,
  CallOptions,
  DeployedFunction,
  FunctionDefinition,
  FunctionPage,
  FunctionPointer,
  FunctionRecord,
  Functions,
  FunctionVersion,
  InvokeOptions,
  WholeFunctionVersion,
} from './functions.ts';
export type { ClientOptions } from './http.ts';
export type { CheckRequest, RunQuery, RunRequest, Script } from './request.ts';
export type { RunCalls, RunToken, Stoppable, SubmittedRun } from './run.ts';
export type { NewSecret, RotatedSecrets, SecretRecord, Secrets } from './secrets.ts';
export type {
  Schedule,
  SchedulePage,
  ScheduleRequest,
  Schedules,
  ScheduleState,
  Tick,
} from './schedules.ts';
export type { Share, ShareRequest, Shares } from './shares.ts';
export type { Delivery, Webhooks, WebhookSecret } from './webhooks.ts';
