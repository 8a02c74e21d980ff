import { type EngineName, engines, type Limits, type Reason } from '@castellan/protocol';
import type { Box, BoxExit } from '../boxes/runner/box.ts';
import type { Metering } from '../walls/meter.ts';

/** Whether a script ended its process by itself: no signal of the kernel did, and it has a code. */
export function hasExited(
  exit: BoxExit,
  engine: EngineName,
): exit is BoxExit & { readonly code: number } {
  return engines[engine].hasNode && !exit.oomKilled && exit.signal === null && exit.code !== null;
}

/** What is known about a box that ended without a result. All of it comes from the kernel. */
interface Known {
  readonly exit: BoxExit;
  readonly metering: Metering;
  readonly limits: Limits;
  readonly engine: EngineName;
  /** Whether the runner had compiled the source. */
  readonly compiled: boolean;
}

interface Row {
  readonly reason: Reason;
  readonly holds: (known: Known) => boolean;
  readonly message: (known: Known) => string;
}

/** What V8 prints when it gives up. No script of an isolate can write to standard error, or abort. */
const v8GaveUp = /out of memory|Array buffer allocation failed|bad_alloc|is_heap_oom/i;

/**
 * The first row that holds decides. Where a script could write to standard error, no row reads it.
 * V8 doubles what it holds before it gives up, hence the half in `isFull`.
 */
const rows: readonly Row[] = [
  {
    reason: 'out_of_memory',
    holds: ({ exit }) => exit.oomKilled,
    message: ({ limits }) => needed(limits),
  },
  {
    reason: 'policy_violation',
    holds: ({ exit }) => exit.signal === 'SIGSYS',
    message: () => 'A forbidden system call was made',
  },
  {
    reason: 'cpu_timeout',
    holds: ({ exit, metering, limits }) =>
      exit.signal === 'SIGXCPU' && metering.cpuMs > limits.cpuMs,
    message: () => 'The processor time ran out',
  },
  {
    reason: 'out_of_memory',
    holds: ({ exit, metering, limits }) => exit.signal !== null && isFull(metering, limits),
    message: ({ limits }) => needed(limits),
  },
  {
    reason: 'out_of_memory',
    holds: ({ exit, engine }) =>
      exit.signal !== null && !engines[engine].hasNode && v8GaveUp.test(exit.stderr),
    message: ({ limits }) => needed(limits),
  },
  {
    reason: 'syntax_error',
    holds: ({ compiled }) => !compiled,
    message: ({ exit }) => `The source crashed the parser (${howOf(exit)})`,
  },
  {
    reason: 'engine_crashed',
    holds: () => true,
    message: ({ exit }) => `The JavaScript engine crashed (${howOf(exit)})`,
  },
];

/** Why a box ended by itself, without a result, during a run. */
export function reasonOfExit(known: Known): { reason: Reason; message: string } {
  const row = rows.find(({ holds }) => holds(known)) as Row;
  return { reason: row.reason, message: row.message(known) };
}

/**
 * The reason that a box gave, as far as it can be believed. In the node engine the script may write
 * the result itself: that memory ran out has to show in what was measured.
 */
export function believed(
  reason: Reason | null,
  engine: EngineName,
  metering: Metering | undefined,
  limits: Limits,
): Reason | null {
  const mustShow = reason === 'out_of_memory' && engines[engine].hasNode;
  return mustShow && metering !== undefined && !isFull(metering, limits)
    ? 'uncaught_exception'
    : reason;
}

/** The limit that a running box has exceeded, if any. */
export function limitCrossed(
  box: Box,
  engine: EngineName,
  limits: Limits,
): { reason: Reason; message: string } | undefined {
  const { cpuMs, memoryBytes } = box.meter();
  if (memoryBytes > limits.memoryBytes) return { reason: 'out_of_memory', message: needed(limits) };
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

function isFull({ memoryPeakBytes }: Metering, { memoryBytes }: Limits): boolean {
  return memoryPeakBytes > 0.5 * memoryBytes;
}

function needed({ memoryBytes }: Limits): string {
  return `The run needed more than ${memoryBytes} bytes of memory`;
}

function howOf({ signal, code }: BoxExit): string {
  return signal ?? `exit code ${code}`;
}
