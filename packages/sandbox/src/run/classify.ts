import { type EngineName, engines, type Limits, type Reason } from '@castellan/protocol';
import type { Box, BoxExit, Metering } from '../drivers/driver.ts';

/** Exit codes that a shell would show for a process that a signal ended. */
const signals: Readonly<Record<number, string>> = {
  132: 'SIGILL',
  133: 'SIGTRAP',
  134: 'SIGABRT',
  135: 'SIGBUS',
  137: 'SIGKILL',
  139: 'SIGSEGV',
  152: 'SIGXCPU',
  159: 'SIGSYS',
};

/** What V8 and the runner print when memory runs out; nothing else writes there. */
const outOfMemory =
  /heap out of memory|out of memory|Array buffer allocation failed|OOM|bad_alloc|is_heap_oom/i;

/** Whether a script ended its process by itself, with a code that no signal leaves behind. */
export function hasExited(
  exit: BoxExit,
  engine: EngineName,
): exit is BoxExit & { readonly code: number } {
  if (!engines[engine].hasNode) return false;
  if (exit.oomKilled || exit.signal !== null || exit.code === null) return false;
  return signals[exit.code] === undefined && !outOfMemory.test(exit.stderr);
}

/**
 * Why a box ended by itself, without a result, while a script ran in it. An engine that crashes
 * while more than half of its memory is in use was full.
 */
export function reasonOfExit(
  exit: BoxExit,
  compiled: boolean,
  { memoryPeakBytes }: Metering,
  { memoryBytes }: Limits,
): { reason: Reason; message: string } {
  const signal = exit.signal ?? (exit.code === null ? undefined : signals[exit.code]);
  const how = signal ?? `exit code ${exit.code}`;
  if (
    exit.oomKilled ||
    outOfMemory.test(exit.stderr) ||
    (signal !== 'SIGSYS' && memoryPeakBytes > 0.5 * memoryBytes)
  ) {
    const message = `The run needed more than ${memoryBytes} bytes of memory`;
    return { reason: 'out_of_memory', message };
  }
  if (signal === 'SIGSYS') {
    return { reason: 'policy_violation', message: 'A forbidden system call was made' };
  }
  if (signal === 'SIGXCPU') return { reason: 'cpu_timeout', message: 'The processor time ran out' };
  if (!compiled) {
    return { reason: 'syntax_error', message: `The source crashed the parser (${how})` };
  }
  return { reason: 'engine_crashed', message: `The JavaScript engine crashed (${how})` };
}

/** The limit that a running box has crossed, if it has. */
export function limitCrossed(
  box: Box,
  engine: EngineName,
  limits: Limits,
): { reason: Reason; message: string } | undefined {
  const { cpuMs, memoryBytes } = box.meter();
  if (memoryBytes > limits.memoryBytes) {
    const message = `The run needed more than ${limits.memoryBytes} bytes of memory`;
    return { reason: 'out_of_memory', message };
  }
  if (cpuMs > limits.cpuMs) {
    const message = `The run used more than ${limits.cpuMs} ms of processor time`;
    return { reason: 'cpu_timeout', message };
  }
  if (engines[engine].hasNode && box.isOvercrowded()) {
    const message = 'The run started more processes or threads than it may';
    return { reason: 'process_limit', message };
  }
  return undefined;
}
