import type { Layer, Run } from '@castellan/protocol';
import type { RunOptions } from '../options/options.ts';
import type { RunHandle } from '../run/handle.ts';
import { type DoctorRow, row } from './report.ts';

/** What is on trial: the part of a sandbox that runs scripts. */
export interface Subject {
  run(script: string, options?: RunOptions): RunHandle;
}

const mebibyte = 2 ** 20;

/** Allocates outside the engine's heap, where the engine's own limit does not apply. */
const hoarder = 'const kept = []; for (;;) kept.push(new Uint8Array(2 ** 20).fill(1));';

/** Returns the names of everything of Node that it could reach. */
const climber = `
const reached = [];
const tries = {
  'process': () => process.pid,
  'process of a constructor': () => this.constructor.constructor('return process')().pid,
  'process of a function': () => console.log.constructor('return process')().pid,
  'require': () => require('node:fs').readFileSync,
  'import': async () => (await import('node:fs')).readFileSync,
  'binding': () => process.binding('fs'),
};
for (const [name, attempt] of Object.entries(tries)) {
  try {
    await attempt();
    reached.push(name);
  } catch {}
}
return reached;`;

/** Runs real scripts against the limits and the isolate of a real sandbox. */
export async function trialRows(sandbox: Subject): Promise<DoctorRow[]> {
  const hoarding = await sandbox.run(hoarder, {
    limits: { memoryBytes: 64 * mebibyte, wallMs: 20_000, cpuMs: 20_000 },
  });
  const looping = await sandbox.run('for (;;);', { limits: { wallMs: 250 } });
  const spinning = await sandbox.run('for (;;);', { limits: { cpuMs: 250 } });
  const climbing = await sandbox.run(climber);
  return [
    memoryRow(hoarding),
    limitRow('wall limit', looping, 'wall_timeout', 'An endless loop was stopped after 250 ms'),
    limitRow(
      'cpu limit',
      spinning,
      'cpu_timeout',
      'An endless loop was stopped after 250 ms of processor time',
    ),
    climbingRow(climbing),
  ];
}

/**
 * Without a cgroup, a script that allocates quickly may hit the kernel's resource limit before the
 * watchdog sees it. It ends in time all the same, but as a crash.
 */
function memoryRow(run: Run): DoctorRow {
  const sentence = 'A script that hoards memory was stopped at 64 MiB';
  if (run.reason !== 'engine_crashed')
    return limitRow('memory limit', run, 'out_of_memory', sentence);
  return row(
    'memory limit',
    'weak',
    'A script that hoards memory was stopped, but by a crash of its engine.',
  );
}

function limitRow(name: string, run: Run, expected: Run['reason'], sentence: string): DoctorRow {
  const { totalMs } = run.timings;
  return run.reason === expected
    ? row(name, 'ok', `${sentence}; it took ${Math.round(totalMs)} ms in all.`)
    : row(
        name,
        'missing',
        `The limit did not fire: the script ended with ${run.reason ?? run.status} (${run.error?.message ?? 'no error'}).`,
      );
}

function climbingRow({ status, value, error }: Run): DoctorRow {
  if (status === 'succeeded' && Array.isArray(value) && value.length === 0) {
    return row(
      'isolate',
      'ok',
      'A script that looks for Node found no process, require or file system.',
    );
  }
  const what =
    status === 'succeeded'
      ? `It reached: ${JSON.stringify(value)}`
      : `It ended with: ${error?.message}`;
  return row('isolate', 'missing', `A script that looks for Node was not turned away. ${what}.`);
}

/** How long a run takes, as information, and the layers that were proved around one. */
export async function startRows(
  sandbox: Subject,
): Promise<{ starts: DoctorRow[]; layers: readonly Layer[] }> {
  const warm = await sandbox.run('6 * 7');
  // A different memory limit fits no warm box, so this run needs a new one.
  const cold = await sandbox.run('6 * 7', { limits: { memoryBytes: 65 * mebibyte } });
  const both = [
    ['warm run', warm, 'in a box that stood ready'],
    ['cold run', cold, 'with a box of its own to build'],
  ] as const;
  const starts = both.map(([name, { status, value, timings }, how]) =>
    status === 'succeeded' && value === 42
      ? row(name, 'info', `${Math.round(timings.totalMs)} ms ${how}.`)
      : row(name, 'missing', `A script that gives 42 gave ${status} ${JSON.stringify(value)}.`),
  );
  return { starts, layers: warm.isolation.layers };
}
