import {
  absolutePath,
  boxStartMs,
  boxUsers,
  browserOptions,
  defaultBoxStartMs,
  defaultBoxUsers,
  certificates,
  either,
  flag,
  isolationOffer,
  isRecord,
  type Kind,
  listOf,
  networkTimeouts,
  oneOf,
  processors,
  orNull,
  secretsByPlaceholder,
  shape,
  text,
  thatIs,
  whole,
} from '@castellan/protocol/kinds';
import {
  type BrowserOptions,
  type EngineName,
  engines,
  layers,
  type Limits,
  namesOf,
  reuses,
} from '@castellan/protocol';
import { defaultRuntime } from '@castellan/protocol/runtimes';
import type { DockerOptions } from '../drivers/docker/docker.ts';
import type { NetworkOptions } from '../egress/launcher/open-network.ts';
import type { Helpers } from '../helpers/helper.ts';
import type { SandboxOptions } from './options.ts';

/** One option: what it must be, and what the reference page says of it. */
export interface OptionRow<Value> {
  readonly kind: Kind<Value>;
  /** The default as the reference page writes it; null: there is none. */
  readonly default: string | null;
  readonly sentence: string;
  /** The one engine that has it, and why the other has not. */
  readonly engine?: { readonly name: EngineName; readonly why: string };
}

/** A row for each option, and none for anything else. */
export type OptionTable<Options> = {
  readonly [Name in keyof Options]-?: OptionRow<Exclude<Options[Name], undefined>>;
};

/** Their ranges are checked by `resolveLimits`, which throws `invalid_limit`. */
export const limitsKind = thatIs('an object of limits', (value): value is Partial<Limits> =>
  isRecord(value),
);

const dockerOptions = shape<DockerOptions>(
  'an object { socket, runtime }',
  { socket: absolutePath, runtime: text },
  { optional: ['socket', 'runtime'] },
);

const networkOptions = shape<NetworkOptions>(
  'an object { allow, … }',
  {
    allow: listOf(text),
    allowPrivate: listOf(text),
    deny: listOf(text),
    secrets: secretsByPlaceholder,
    resolver: listOf(text),
    ca: certificates,
    timeouts: networkTimeouts,
  },
  { optional: ['allowPrivate', 'deny', 'secrets', 'resolver', 'ca', 'timeouts'] },
);

/** Every option of `createSandbox`. */
export const sandboxOptionTable = {
  engine: {
    kind: oneOf(namesOf(engines)),
    default: 'isolate',
    sentence: 'What executes the script.',
  },
  isolation: {
    kind: isolationOffer,
    default: 'auto',
    sentence:
      'What builds the box. auto is the first that works here and can reach the floor, never docker or none. Of a list, runs may name one; the first is that of all others.',
  },
  docker: {
    kind: dockerOptions,
    default: null,
    sentence:
      'With isolation docker. socket: that of the daemon (/var/run/docker.sock); runtime: one that the daemon knows, such as kata (its own).',
  },
  reuse: {
    kind: oneOf(namesOf(reuses)),
    default: 'never',
    sentence:
      'Whether a process may run scripts of the same named tenant again, with a fresh isolate; with context, only those that name the same program, each in a fresh context of one isolate.',
  },
  limits: {
    kind: limitsKind,
    default: null,
    sentence: 'Limits of all runs that have none of their own.',
  },
  runtime: {
    kind: orNull<string>({ ...text, says: 'the name or path of a runtime' }),
    default: defaultRuntime,
    sentence:
      'A built runtime, by name or, with a "/" in it, by path. null: there are no packages.',
  },
  modules: {
    kind: listOf(text),
    default: null,
    sentence:
      'Packages and Node built-ins that scripts may import, each with all below it; * is every package. Left out: every package of the runtime and no built-in; with engine node all of those too, which node:* stands for.',
  },
  network: {
    kind: networkOptions,
    default: null,
    sentence: 'What scripts may reach. Left out: nothing.',
  },
  helpers: {
    kind: thatIs('an object of functions', (value): value is Helpers => isRecord(value)),
    default: null,
    sentence: 'Functions of the embedding program that scripts may call.',
  },
  cpus: {
    kind: processors,
    default: null,
    sentence:
      'Processors that a run may use at a time, such as 0.5; its browser as many again. Left out: as many as are free, in equal parts with other runs. Holds where the layer cpushare stands.',
  },
  warm: { kind: whole(0, 1_024), default: '1', sentence: 'Boxes kept ready for the next run.' },
  concurrency: {
    kind: whole(1, 1_024),
    default: 'four times the processors',
    sentence: 'Runs at a time; others wait.',
  },
  nodeModules: {
    kind: absolutePath,
    default: null,
    sentence: 'The node_modules to import packages from, in place of those of a runtime.',
    engine: { name: 'node', why: 'An isolate imports packages from runtimes only.' },
  },
  childProcesses: {
    kind: flag,
    default: 'false',
    sentence: 'Scripts may start processes, of Node itself. Needs a cgroup.',
    engine: { name: 'node', why: 'An isolate has no processes.' },
  },
  jitless: {
    kind: flag,
    default: 'false',
    sentence:
      'No machine code is generated in the box; loops get about ten times slower. JavaScript only.',
    engine: { name: 'isolate', why: 'Node needs machine code.' },
  },
  hardened: {
    kind: flag,
    default: 'false',
    sentence:
      'The narrowest box: jitless, no memory that can become executable, and every layer of the profile in the floor. A run that has all of it says hardened among its layers; any other is refused.',
    engine: { name: 'isolate', why: 'Node needs machine code, and files to open.' },
  },
  browser: {
    kind: either<boolean, BrowserOptions>(flag, browserOptions),
    default: 'false',
    sentence: 'Chromium for scripts that use browser, page or puppeteer.',
  },
  floor: {
    kind: listOf(oneOf(namesOf(layers))),
    default: '[]',
    sentence: 'Layers without which a run is refused, besides those that the driver always needs.',
  },
  boxUsers: {
    kind: boxUsers,
    default: `{ first: ${defaultBoxUsers.first}, count: ${defaultBoxUsers.count} }`,
    sentence:
      'Where the launcher is root: numbers of users of this machine of which each box gets one to itself.',
  },
  boxStartMs: {
    kind: boxStartMs,
    default: `CASTELLAN_BOX_START_MS, else ${defaultBoxStartMs}`,
    sentence:
      'How long a box of a script, a browser or the gateway may take until it is ready, in milliseconds; more on slow machines.',
  },
} as const satisfies OptionTable<SandboxOptions>;
