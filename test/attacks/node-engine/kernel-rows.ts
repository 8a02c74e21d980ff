import type { Exception, Row } from '../attack.support.ts';

/** Calls that no honest program makes end the process at once. */
const tripwires = [
  'k-01-ptrace.js',
  'k-02-memory-of-others.js',
  'k-04-keyrings.js',
  'k-09-userfaultfd.js',
  'k-10-bpf.js',
  'k-11-perf.js',
  'k-12-mount.js',
  'k-15-namespaces.js',
  'k-16-file-handles.js',
  'k-23-modules.js',
  'k-24-another-kernel.js',
  'k-27-other-numbers.js',
];

/** All others are refused one by one: the program, and how many it makes at least. */
const refusals = {
  'k-03-io-uring.js': 3,
  'k-05-system-v.js': 3,
  'k-06-abstract-sockets.js': 3,
  'k-07-socket-families.js': 3,
  'k-08-memory-as-a-program.js': 3,
  'k-13-mount-api.js': 3,
  'k-14-clones.js': 3,
  'k-17-pidfds.js': 3,
  'k-18-signals.js': 3,
  'k-19-the-runtime-itself.js': 3,
  'k-20-descriptors.js': 3,
  'k-21-clocks-and-names.js': 3,
  'k-22-the-machine.js': 3,
  'k-25-terminal.js': 3,
  'k-26-seals.js': 3,
  'k-28-dirty-pipes.js': 3,
  'k-29-the-rest-of-the-processors.js': 3,
  'k-30-nodes.js': 3,
} as const;

/**
 * Those that get what they ask for where no filter is in the way. The others would harm the machine there, or ask
 * for what a Node in an empty place of its own has not got.
 */
const beatsNode = new Set([
  'k-03-io-uring.js',
  'k-04-keyrings.js',
  'k-05-system-v.js',
  'k-07-socket-families.js',
  'k-08-memory-as-a-program.js',
  'k-09-userfaultfd.js',
  'k-10-bpf.js',
  'k-11-perf.js',
  'k-12-mount.js',
  'k-13-mount-api.js',
  'k-14-clones.js',
  'k-15-namespaces.js',
  'k-16-file-handles.js',
  'k-17-pidfds.js',
  'k-20-descriptors.js',
  'k-26-seals.js',
  'k-28-dirty-pipes.js',
  'k-29-the-rest-of-the-processors.js',
  'k-30-nodes.js',
]);

/** Those of `npm test`; of the filter each call is tried in `packages/sandbox/src/drivers/system-calls.test.ts`. */
const often = new Set([
  'k-01-ptrace.js',
  'k-06-abstract-sockets.js',
  'k-18-signals.js',
  'k-19-the-runtime-itself.js',
  'k-20-descriptors.js',
  'k-26-seals.js',
]);

const flagsOf = (program: string): Pick<Row, 'native' | 'beatsNode' | 'isRare'> => ({
  native: true,
  ...(beatsNode.has(program) ? { beatsNode: true } : {}),
  ...(often.has(program) ? {} : { isRare: true }),
});

/** What is different in gVisor, whose kernel is its own. */
const inGvisor: Readonly<Record<string, Exception>> = {
  'k-27-other-numbers.js': {
    why: 'No number is unknown to its kernel, which refuses.',
    ends: [null],
  },
  'k-08-memory-as-a-program.js': {
    why: 'The map is made, and the first instruction is a fault, as this machine forbids it.',
    reaches: /^a map to execute/,
  },
  'k-29-the-rest-of-the-processors.js': {
    why: "Priorities of gVisor's are its own.",
    reaches: /^priority/,
  },
};
const endsThread: Exception = {
  why: 'The filter ends the thread there, and the clock the run.',
  ends: ['wall_timeout'],
};

/** What is different behind a filter that runc renders: of another architecture's numbers it ends the thread. */
const inOci: Readonly<Record<string, { readonly oci: Exception }>> = {
  'k-27-other-numbers.js': { oci: endsThread },
};

/** K: the kernel, by system calls of the script's own. */
export const kernelRows: readonly Row[] = [
  {
    program: 'k-31-the-first-thread.js',
    ends: ['cpu_timeout', 'wall_timeout'],
    limits: { wallMs: 3_000 },
    native: true,
  },
  ...tripwires.map((program): Row => ({
    program,
    ends: ['policy_violation'],
    limits: { wallMs: 2_000 },
    except: { gvisor: inGvisor[program] ?? endsThread, ...inOci[program] },
    ...flagsOf(program),
  })),
  ...Object.entries(refusals).map(([program, tries]): Row => ({
    program,
    ends: [null],
    tries,
    limits: { cpuMs: 2_000 },
    ...(inGvisor[program] === undefined ? {} : { except: { gvisor: inGvisor[program] } }),
    ...flagsOf(program),
  })),
];
