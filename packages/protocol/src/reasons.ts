/** How a run stands. `error` means a fault of Castellan, never of the script. */
export type RunStatus =
  | 'queued'
  | 'running'
  | 'succeeded'
  | 'failed'
  | 'timed_out'
  | 'cancelled'
  | 'expired'
  | 'error';

/** Every way in which a run can end badly: the status that follows, and one sentence for people. */
export const reasons = {
  uncaught_exception: { status: 'failed', sentence: 'The script threw an error.' },
  syntax_error: { status: 'failed', sentence: 'The script could not be parsed.' },
  no_entry: { status: 'failed', sentence: 'The script defines nothing to call or return.' },
  exit_nonzero: { status: 'failed', sentence: 'The script exited with a code other than 0.' },
  value_not_serializable: { status: 'failed', sentence: 'The returned value is not JSON.' },
  wall_timeout: { status: 'timed_out', sentence: 'The run took longer than wallMs.' },
  cpu_timeout: { status: 'timed_out', sentence: 'The run used more processor time than cpuMs.' },
  out_of_memory: { status: 'failed', sentence: 'The run needed more memory than memoryBytes.' },
  output_limit: {
    status: 'failed',
    sentence: 'The run wrote more than outputBytes of logs or returned more than valueBytes.',
  },
  artifact_limit: {
    status: 'failed',
    sentence: 'The run wrote more artifacts than artifactCount or artifactBytes allow.',
  },
  process_limit: { status: 'failed', sentence: 'The run started more processes than allowed.' },
  module_denied: { status: 'failed', sentence: 'The script imports a module that is not allowed.' },
  module_not_found: { status: 'failed', sentence: 'The script imports a file that is not there.' },
  policy_violation: {
    status: 'failed',
    sentence: 'The run touched a tripwire: a forbidden system call or browser command.',
  },
  engine_crashed: { status: 'failed', sentence: 'The script crashed the JavaScript engine.' },
  browser_crashed: { status: 'failed', sentence: 'The browser of the run crashed.' },
  cancelled: { status: 'cancelled', sentence: 'The run was cancelled.' },
  queue_ttl: { status: 'expired', sentence: 'The run waited in the queue longer than its ttlMs.' },
  worker_lost: { status: 'error', sentence: 'The launcher that held the run died twice.' },
  box_failed: { status: 'error', sentence: 'The box for the run could not be built.' },
} as const satisfies Record<string, { status: RunStatus; sentence: string }>;

export type Reason = keyof typeof reasons;

/** The status of a run that ended for `reason`; `null` is a run that went well. */
export function statusOf(reason: Reason | null): RunStatus {
  return reason === null ? 'succeeded' : reasons[reason].status;
}
