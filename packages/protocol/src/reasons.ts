import type { LimitName } from './limits.ts';
import { namesOf, type RunStatus } from './words.ts';

interface ReasonRow {
  readonly status: RunStatus;
  /** What happened, for people. */
  readonly sentence: string;
  /**
   * The limits that end a run this way when they are exceeded; empty if it is not about a limit.
   */
  readonly limits: readonly LimitName[];
  /** Whether the result frame of a box may carry it. Only the launcher determines the others. */
  readonly isClaimable: boolean;
  /** Whether the process may be reused afterwards: no limit was hit and nothing crashed. */
  readonly isHarmless: boolean;
  /** The exit code of `castellan run`. */
  readonly exitCode: 1 | 3 | 4 | 130;
  /** What a person can do about it; null if the message of the error says it better. */
  readonly advice: string | null;
}

/** Every way in which a run can end badly. The first reason that applies is the run's. */
export const reasons = {
  uncaught_exception: {
    status: 'failed',
    sentence: 'The script threw an error.',
    limits: [],
    isClaimable: true,
    isHarmless: true,
    exitCode: 1,
    advice: null,
  },
  syntax_error: {
    status: 'failed',
    sentence: 'The script could not be parsed.',
    limits: [],
    isClaimable: true,
    isHarmless: false,
    exitCode: 1,
    advice: null,
  },
  no_entry: {
    status: 'failed',
    sentence: 'The script has nothing to call and no value.',
    limits: [],
    isClaimable: true,
    isHarmless: true,
    exitCode: 1,
    advice:
      'The file holds only imports, exports, functions and classes. Return a value, let the last statement be an expression, declare function execute(params), or export a default function.',
  },
  unsettled: {
    status: 'failed',
    sentence: 'The script waits for something that nothing can bring any more.',
    limits: [],
    isClaimable: true,
    isHarmless: true,
    exitCode: 1,
    advice:
      'An await, or the promise that is the value, is never settled: look for a promise that nobody resolves, or for an event that never comes.',
  },
  exit_nonzero: {
    status: 'failed',
    sentence: 'The script exited with a code other than 0.',
    limits: [],
    isClaimable: false,
    isHarmless: false,
    exitCode: 1,
    advice: null,
  },
  value_not_serializable: {
    status: 'failed',
    sentence: 'The returned value is not JSON.',
    limits: [],
    isClaimable: true,
    isHarmless: true,
    exitCode: 1,
    advice:
      'Return what JSON can carry: Object.fromEntries(map), [...set], String(bigint), Array.from(bytes).',
  },
  wall_timeout: {
    status: 'timed_out',
    sentence: 'The run took longer than wallMs.',
    limits: ['wallMs'],
    isClaimable: false,
    isHarmless: false,
    exitCode: 3,
    advice: null,
  },
  cpu_timeout: {
    status: 'timed_out',
    sentence: 'The run used more processor time than cpuMs, or its browser more than browserCpuMs.',
    limits: ['cpuMs', 'browserCpuMs'],
    isClaimable: false,
    isHarmless: false,
    exitCode: 3,
    advice: null,
  },
  out_of_memory: {
    status: 'failed',
    sentence:
      'The run needed more memory than memoryBytes, or its browser more than browserMemoryBytes.',
    limits: ['memoryBytes', 'browserMemoryBytes'],
    isClaimable: true,
    isHarmless: false,
    exitCode: 3,
    advice: null,
  },
  output_limit: {
    status: 'failed',
    sentence: 'The run wrote more than outputBytes of logs or returned more than valueBytes.',
    limits: ['outputBytes', 'valueBytes'],
    isClaimable: true,
    isHarmless: false,
    exitCode: 3,
    advice: null,
  },
  artifact_limit: {
    status: 'failed',
    sentence: 'The run wrote more artifacts than artifactCount or artifactBytes allow.',
    limits: ['artifactCount', 'artifactBytes'],
    isClaimable: false,
    isHarmless: false,
    exitCode: 3,
    advice: null,
  },
  process_limit: {
    status: 'failed',
    sentence: 'The run started more processes than its limit allows.',
    limits: ['processes'],
    isClaimable: false,
    isHarmless: false,
    exitCode: 3,
    advice: null,
  },
  module_denied: {
    status: 'failed',
    sentence: 'The script imports a module that is there and not allowed.',
    limits: [],
    isClaimable: true,
    isHarmless: true,
    exitCode: 1,
    advice: null,
  },
  module_not_found: {
    status: 'failed',
    sentence: 'The script imports a file or a package that is not there.',
    limits: [],
    isClaimable: true,
    isHarmless: true,
    exitCode: 1,
    advice: null,
  },
  policy_violation: {
    status: 'failed',
    sentence: 'The run touched a tripwire: a forbidden system call or browser command.',
    limits: [],
    isClaimable: false,
    isHarmless: false,
    exitCode: 1,
    advice: 'The kernel ended the script at that call. Do not give it more rights.',
  },
  engine_crashed: {
    status: 'failed',
    sentence: 'The script crashed the JavaScript engine.',
    limits: [],
    isClaimable: false,
    isHarmless: false,
    exitCode: 1,
    advice: 'The box ended with the engine; nothing of it is used again.',
  },
  browser_crashed: {
    status: 'failed',
    sentence: 'The browser of the run crashed.',
    limits: [],
    isClaimable: false,
    isHarmless: false,
    exitCode: 1,
    advice: null,
  },
  cancelled: {
    status: 'cancelled',
    sentence: 'The run was cancelled.',
    limits: [],
    isClaimable: false,
    isHarmless: false,
    exitCode: 130,
    advice: null,
  },
  queue_ttl: {
    status: 'expired',
    sentence: 'The run waited in the queue longer than its ttlMs.',
    limits: [],
    isClaimable: false,
    isHarmless: false,
    exitCode: 4,
    advice: null,
  },
  worker_lost: {
    status: 'error',
    sentence: 'The launcher that held the run died twice.',
    limits: [],
    isClaimable: false,
    isHarmless: false,
    exitCode: 4,
    advice: null,
  },
  box_failed: {
    status: 'error',
    sentence: 'The box for the run could not be built.',
    limits: [],
    isClaimable: false,
    isHarmless: false,
    exitCode: 4,
    advice: 'castellan doctor says what is missing on this machine.',
  },
} as const satisfies Readonly<Record<string, ReasonRow>>;

/** Why a run ended badly. */
export type Reason = keyof typeof reasons;

/** A reason that a box may claim. */
export type ClaimableReason = {
  [Name in Reason]: (typeof reasons)[Name]['isClaimable'] extends true ? Name : never;
}[Reason];

export const claimableReasons = namesOf(reasons).filter(
  (reason): reason is ClaimableReason => reasons[reason].isClaimable,
);

/** Returns the status of a run that ended for `reason`; `null` means success. */
export function statusOf(reason: Reason | null): RunStatus {
  return reason === null ? 'succeeded' : reasons[reason].status;
}

/** Whether `reason` means that a limit was exceeded. */
export function isLimitReason(reason: Reason): boolean {
  return reasons[reason].limits.length > 0;
}
