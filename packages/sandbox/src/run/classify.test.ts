import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type EngineName, type Reason, resolveLimits } from '@castellan/protocol';
import type { BoxExit } from '../boxes/runner/box.ts';
import type { Metering } from '../walls/meter.ts';
import { believed, hasExited, reasonOfExit } from './classify.ts';

const limits = resolveLimits({ memoryBytes: 2 ** 24, cpuMs: 1_000 });
const idle: Metering = { cpuMs: 1, memoryBytes: 1, memoryPeakBytes: 1 };
const full: Metering = { ...idle, memoryPeakBytes: 2 ** 23 + 1 };
const busy: Metering = { ...idle, cpuMs: 1_001 };
const by = (signal: string | null, more: Partial<BoxExit> = {}): BoxExit => ({
  code: null,
  signal,
  stderr: '',
  oomKilled: false,
  ...more,
});
/** All that V8, Node and the kernel ever print, and a word that has some of it. */
const stderr =
  'Classroom FATAL ERROR: JavaScript heap out of memory is_heap_oom std::bad_alloc OOM SIGSYS Bad system call CPU time limit exceeded';

interface Row {
  readonly name: string;
  readonly exit: BoxExit;
  readonly metering?: Metering;
  readonly compiled?: boolean;
  readonly reason: Reason;
}

const table: readonly Row[] = [
  {
    name: 'the kernel’s kill for memory',
    exit: by('SIGKILL', { oomKilled: true }),
    reason: 'out_of_memory',
  },
  {
    name: 'a crash with half of the memory in use',
    exit: by('SIGSEGV'),
    metering: full,
    reason: 'out_of_memory',
  },
  { name: 'a crash with little in use', exit: by('SIGSEGV'), reason: 'engine_crashed' },
  {
    name: 'an abort with every word on standard error',
    exit: by('SIGABRT', { stderr }),
    reason: 'engine_crashed',
  },
  { name: 'a forbidden system call', exit: by('SIGSYS'), reason: 'policy_violation' },
  {
    name: 'a forbidden system call with much in use',
    exit: by('SIGSYS'),
    metering: full,
    reason: 'policy_violation',
  },
  {
    name: 'the limit of processor time',
    exit: by('SIGXCPU'),
    metering: busy,
    reason: 'cpu_timeout',
  },
  { name: 'its signal without the time', exit: by('SIGXCPU'), reason: 'engine_crashed' },
  { name: 'a kill that nobody ordered', exit: by('SIGKILL'), reason: 'engine_crashed' },
  {
    name: 'a crash before the source was compiled',
    exit: by('SIGSEGV'),
    compiled: false,
    reason: 'syntax_error',
  },
  {
    name: 'a memory kill before it was compiled',
    exit: by('SIGKILL', { oomKilled: true }),
    compiled: false,
    reason: 'out_of_memory',
  },
  {
    name: 'an isolate’s runner that ended by itself',
    exit: by(null, { code: 7, stderr }),
    reason: 'engine_crashed',
  },
];

for (const { name, exit, metering = idle, compiled = true, reason } of table) {
  test(`${name} is ${reason}`, () => {
    assert.equal(reasonOfExit({ exit, metering, limits, compiled, engine: 'node' }).reason, reason);
  });
}

for (const [exit, engine, exited] of [
  [by(null, { code: 0 }), 'node', true],
  [by(null, { code: 127, stderr }), 'node', true],
  [by(null, { code: 0, oomKilled: true }), 'node', false],
  [by('SIGSYS'), 'node', false],
  [by(null, { code: 0 }), 'isolate', false],
] as const) {
  test(`hasExited of ${JSON.stringify(exit).slice(0, 60)} with ${engine} is ${exited}`, () => {
    assert.equal(hasExited(exit, engine), exited);
  });
}

for (const [reason, engine, metering, truth] of [
  ['out_of_memory', 'node', idle, 'uncaught_exception'],
  ['out_of_memory', 'node', full, 'out_of_memory'],
  ['out_of_memory', 'isolate', idle, 'out_of_memory'],
  ['module_denied', 'node', idle, 'module_denied'],
] as const satisfies readonly (readonly [Reason, EngineName, Metering, Reason])[]) {
  test(`${reason} from the box of ${engine} at ${metering.memoryPeakBytes} bytes is ${truth}`, () => {
    assert.equal(believed(reason, engine, metering, limits), truth);
  });
}
