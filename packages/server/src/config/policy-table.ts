import {
  absolutePath,
  browserOptions,
  either,
  flag,
  functions,
  isolationOffer,
  listOf,
  networkTimeoutTable,
  oneOf,
  orNull,
  processors,
  secretHeaders,
  secretsByPlaceholder,
  text,
  whole,
} from '@castellan/protocol/kinds';
import { callRecords, defaultFloor, engines, layers, namesOf, reuses } from '@castellan/protocol';
import { runInputTable } from '@castellan/protocol/run-input';
import { defaultRuntime } from '@castellan/protocol/runtimes';
import { availableParallelism } from 'node:os';
import { limitRows } from './limit-rows.ts';
import { type Row, row } from './row.ts';

const day = 86_400_000;
const count = whole(1, 2 ** 31 - 1);

/** Every option of a policy by its name below `policies.<name>`. */
export const policyTable = {
  engine: row(oneOf(namesOf(engines)), 'isolate', null, 'What executes scripts.'),
  isolation: row(
    isolationOffer,
    'auto',
    null,
    'What builds boxes. auto is the first that works here and can reach the floor, never docker or none. Of a list, a request may name one; the first is that of all others. What cannot be built here keeps the service from starting. none is refused unless only this machine can call, and needs an empty floor.',
  ),
  'docker.socket': row(
    orNull(absolutePath),
    null,
    null,
    'With isolation docker: the socket of the daemon. null: /var/run/docker.sock.',
  ),
  'docker.runtime': row(
    orNull(text),
    null,
    null,
    'With isolation docker: a runtime that the daemon knows, such as kata. null: its own.',
  ),
  floor: row(
    listOf(oneOf(namesOf(layers))),
    defaultFloor,
    null,
    'Walls without which a run is refused.',
  ),
  hardened: row(
    flag,
    false,
    null,
    'The narrowest boxes: no machine code is made in them (loops take about ten times as long, JavaScript only), and the floor gets every wall of the profile: a run that lacks one is refused, all others say `hardened` in their layers. Engine isolate only.',
  ),
  reuse: row(
    oneOf(namesOf(reuses)),
    'never',
    null,
    'Whether a process may serve the same tenant again, in a fresh isolate; with context, only calls of the same version of a function, each in a fresh context of one isolate. Anonymous callers need never.',
  ),
  warm: row(
    whole(0, 1_024),
    Math.max(1, availableParallelism()),
    null,
    'Boxes kept ready for the next run.',
    'one for each processor',
  ),
  runtime: row(
    orNull(text),
    defaultRuntime,
    null,
    'The set of packages that scripts may import, by name or, with a "/" in it, by path. null: no packages.',
  ),
  modules: row(
    orNull(listOf(text)),
    null,
    null,
    'Modules that scripts may import. "*" is every package, and "node:*" every built-in of engine node. null: all packages of the runtime and no built-ins; with engine node all of those too.',
  ),
  browser: row(
    either(flag, browserOptions),
    false,
    null,
    'Chromium for scripts that use Puppeteer: one for each run, never used again. warm: how many stand ready (1); executablePath: where it is, when it is not found by itself.',
  ),
  'record.video': row(
    flag,
    false,
    null,
    'A request may have its pages filmed: `record: { video: true }`. The film shows what is on the pages.',
  ),
  'record.trace': row(
    flag,
    false,
    null,
    'A request may have its requests and the calls of Puppeteer recorded: `record: { trace: true }`.',
  ),
  childProcesses: row(
    flag,
    false,
    null,
    'Scripts may start processes of Node, limits.processes at a time. Engine node only; needs a cgroup.',
  ),
  cpus: row(
    orNull(processors),
    null,
    null,
    'Processors that a run may use at a time, such as 0.5; its browser as many again. null: as many as are free, in equal parts with other runs. Holds where the wall cpushare stands.',
  ),
  'network.allow': row(
    orNull(listOf(text)),
    null,
    null,
    'Hosts that scripts may reach: host, host:port, *.suffix or *. null: no network.',
  ),
  'network.allowPrivate': row(
    listOf(text),
    [],
    null,
    'Private ranges that allowed hosts may lie in, in CIDR notation.',
  ),
  'network.deny': row(
    listOf(text),
    [],
    null,
    'Hosts, addresses and ranges that are never reached; wins over all.',
  ),
  'network.secrets': row(
    secretsByPlaceholder,
    {},
    null,
    `By placeholder: a value of 8 or more characters that the gateway puts into ${secretHeaders.join(', ')} and the named headers, for the named hosts. Scripts see the placeholder only.`,
  ),
  'secrets.env': row(
    flag,
    false,
    null,
    'Stored secrets that are for env may be in that of runs: the script has their values. All others are put in by the gateway.',
  ),
  kv: row(
    flag,
    false,
    null,
    'Scripts have kv: keys and values that stay between runs, of their tenant alone.',
  ),
  'network.timeouts.connectMs': timeoutRow('connectMs'),
  'network.timeouts.headersMs': timeoutRow('headersMs'),
  'network.timeouts.idleMs': timeoutRow('idleMs'),
  helpers: row(
    orNull(functions),
    null,
    null,
    'Functions of yours that scripts may call; they run in the launcher. Needs a config file that is a program.',
  ),
  'placement.labels': row(
    runInputTable.labels.kind,
    {},
    null,
    'Runs go only to workers that were started with all of these labels, such as { zone: "eu" }; see docs/operations/workers.md.',
  ),
  'placement.requests': row(
    listOf(text),
    [],
    null,
    'Names of labels that a request may ask for besides: `placement: { labels: { gpu: "no" } }`.',
  ),
  maxAttempts: row(
    whole(1, 10),
    5,
    null,
    'The most attempts that a request may ask for; one that asks for none gets one. A script that fails is never started again.',
  ),
  maxTtlMs: row(count, day, null, 'The longest time that a run may wait before it starts.'),
  'queue.running': row(count, 100, null, 'Runs of one tenant at a time.'),
  'queue.queued': row(
    count,
    10_000,
    null,
    'Runs of one tenant that may wait; more are answered 429.',
  ),
  'calls.record': row(
    oneOf(namesOf(callRecords)),
    'all',
    null,
    'What is written down of calls of functions: all, failures or none. A function or a call may ask for more, never for less. Those that are not written down are answered at once, and wait in no queue.',
  ),
  'calls.waitMs': row(
    whole(0, 60_000),
    5_000,
    null,
    'How long a call that is not written down may wait for a place; then it is answered 429 or 503.',
  ),
  'rate.perMinute': row(count, 1_200, null, 'Requests of one key in a minute.'),
  'rate.perAddressPerMinute': row(count, 1_200, null, 'Requests of one address in a minute.'),
  'rate.inFlight': row(count, 100, null, 'Requests of one key that are answered at a time.'),
  ...limitRows(),
} as const satisfies Record<string, Row<unknown>>;

function timeoutRow(name: keyof typeof networkTimeoutTable): Row<number> {
  const { kind, default: standard, sentence } = networkTimeoutTable[name];
  return row<number>(kind, standard, null, sentence);
}
