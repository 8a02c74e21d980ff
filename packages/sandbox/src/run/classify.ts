import { type EngineName, engines, type Limits, type Reason } from '@castellan/protocol';
import type { Box, BoxExit, Metering } from '../drivers/driver.ts';

/** What V8 and the runner print when memory runs out. Only they write to standard error. */
const outOfMemory =
  /heap out of memory|out of memory|Array buffer allocation failed|OOM|bad_alloc|is_heap_oom/i;

/** Whether a script ended its process by itself, with a code that no signal leaves behind. */
export function hasExited(
  exit: BoxExit,
  engine: EngineName,
): exit is BoxExit & { readonly code: number } {
  if (!engines[engine].hasNode) return false;
  if (exit.oomKilled || exit.signal !== null || exit.code === null) return false;
  return !outOfMemory.test(exit.stderr);
}

/**
 * Why a box ended by itself, without a result, during a run. A crash while more than half of the memory
 * is in use counts as out of memory.
 */
export function reasonOfExit(
  exit: BoxExit,
  compiled: boolean,
  { memoryPeakBytes }: Metering,
  { memoryBytes }: Limits,
): { reason: Reason; message: string } {
  const { signal } = exit;
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

/** The limit that a running box has exceeded, if any. */
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
