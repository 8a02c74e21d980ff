// The vocabulary of runs, for everyone who starts or shows them. What the parts of Castellan share
// among themselves has separate sub-paths, in `exports/`.

// Words, as lists that exist at run time.
export {
  type CallRecord,
  callRecords,
  type DriverName,
  drivers,
  type EngineName,
  engines,
  type IsolationChoice,
  isolationChoices,
  type LogLevel,
  logLevels,
  namesOf,
  type NetworkOutcome,
  networkOutcomes,
  type Reuse,
  reuses,
  type RunStatus,
  runStatuses,
} from './words.ts';
export { defaultFloor, hardenedFloor, type Layer, layers } from './layers.ts';
export type { IsolationOffer } from './isolation.ts';
export { type NetworkCode, networkCodes } from './network-codes.ts';

// The options of a run.
export {
  type BrowserOptions,
  type BrowserSettings,
  colorSchemes,
  getsBrowser,
  type Viewport,
} from './browser.ts';
export {
  defaultOf,
  largestLimit,
  type LimitName,
  type LimitRow,
  type Limits,
  limitTable,
  readLimits,
  resolveLimits,
} from './limits.ts';
export { recordBounds, type RecordBound, recordParts, type RecordSettings } from './record.ts';

// The run and its events.
export { newId } from './ids.ts';
export type {
  Artifact,
  ArtifactImage,
  Isolation,
  Json,
  LogLine,
  NetworkEntry,
  QueueState,
  Run,
  RunError,
  Timings,
  Truncated,
  Usage,
} from './run.ts';
export { eventTable, type RunEvent, type RunEventType } from './events.ts';
export { pageBounds, type PageEvent, type PagePicture } from './pages.ts';

// Why a run ended badly, what a check finds, and errors that are not the script's.
export { isLimitReason, type Reason, reasons, statusOf } from './reasons.ts';
export type { Problem, ProblemCode } from './problems.ts';
export { CastellanError, type ErrorCode, type ErrorDetails, errorTable } from './errors.ts';
