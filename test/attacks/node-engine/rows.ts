import assert from 'node:assert/strict';
import { kernelRows } from './kernel-rows.ts';
import { laterRows } from './later-rows.ts';
import type { Exception, Row } from '../attack.support.ts';

const Mi = 2 ** 20;

/** Hosts that the operator allows by name, whose addresses are this machine's all the same. */
const network = { allow: ['localhost', '127.0.0.1', '[::1]', 'allowed.test'] };

/** The only id that an ordinary user can map. */
const ownRoot: Exception = {
  why: "It is root of a user namespace in which nobody else is, without any capability; priorities of gVisor's are its own.",
  reaches: /^root$/,
};

/** Named by their letter: what the programs do with all of Node in their hands. */
export const nodeRows: readonly Row[] = [
  { program: 'a-01-helper-errors.js', ends: [null], tries: 8 },
  {
    program: 'a-02-primordials.js',
    ends: [null, 'wall_timeout', 'cpu_timeout'],
    limits: { wallMs: 700 },
  },
  { program: 'a-03-stop-the-runner.js', ends: [null], tries: 2 },
  { program: 'a-04-close-the-channel.js', ends: [null, 'wall_timeout'], limits: { wallMs: 700 } },
  {
    program: 'a-05-forged-result.js',
    ends: [null],
    tries: 1,
    check: ({ logs }) => assert.deepEqual(logs, []),
  },
  { program: 'a-06-frame-unknown-type.js', ends: ['policy_violation'] },
  { program: 'a-07-frame-not-json.js', ends: ['policy_violation'] },
  { program: 'a-08-frame-lengths.js', ends: ['policy_violation'] },
  { program: 'a-09-frame-ready.js', ends: ['policy_violation'] },
  { program: 'a-10-frame-launcher-frame.js', ends: ['policy_violation'] },
  { program: 'a-11-frame-exit-code.js', ends: ['policy_violation'] },
  { program: 'a-12-frame-deep-value.js', ends: ['policy_violation'] },
  { program: 'a-13-frame-level.js', ends: ['policy_violation'] },
  { program: 'a-14-frame-wrong-call.js', ends: ['policy_violation'] },
  { program: 'a-15-frame-progress.js', ends: ['policy_violation'] },
  { program: 'a-16-frame-reason.js', ends: ['policy_violation'] },
  { program: 'a-17-giant-frame.js', ends: ['output_limit'] },
  {
    program: 'a-18-frames-on-stdout.js',
    ends: [null],
    tries: 4,
    check: ({ logs }) => assert.ok(logs.some(({ text }) => text.includes('forged'))),
  },
  { program: 'a-19-forged-fetch.js', ends: [null], tries: 4 },
  {
    program: 'a-20-forged-artifacts.js',
    ends: [null],
    tries: 5,
    check({ artifacts }) {
      assert.ok(artifacts.length > 0);
      for (const { name, contentType } of artifacts) {
        assert.match(name, /^[^/\\\0]+$/);
        assert.doesNotMatch(contentType, /[\r\n]/);
      }
    },
  },
  { program: 'a-21-read-the-channel.js', ends: [null], tries: 2 },
  { program: 'a-22-frame-of-quotes.js', ends: ['policy_violation'] },
  { program: 'a-23-frame-of-objects.js', ends: ['policy_violation'] },
  { program: 'a-24-small-frame-of-objects.js', ends: ['policy_violation'] },
  { program: 'a-25-arguments-of-objects.js', ends: [null] },
  { program: 'a-32-forged-returned.js', ends: ['policy_violation'] },
  { program: 'a-33-forged-parcel.js', ends: ['policy_violation'] },
  {
    program: 'a-26-forged-settled.js',
    ends: [null],
    limits: { wallMs: 700, cpuMs: 10_000 },
    // No more than a `return` would have given it, and the process is never used again.
    check: ({ value }) => assert.equal(value, 'forged'),
  },
  { program: 'a-27-settled-twice.js', ends: ['policy_violation'] },
  { program: 'a-28-waiting-unsettled.js', ends: ['policy_violation'] },
  { program: 'a-29-settled-not-json.js', ends: ['policy_violation'], limits: { wallMs: 700 } },
  { program: 'a-30-settled-too-large.js', ends: ['output_limit'] },
  { program: 'a-31-settled-of-objects.js', ends: ['output_limit'], limits: { wallMs: 700 } },
  { program: 'a-34-waiting-flood.js', ends: [null, 'cpu_timeout'], limits: { wallMs: 1_500 } },
  { program: 'b-01-symlinks.js', bare: true, ends: [null], tries: 12, check: noArtifacts },
  { program: 'b-02-hard-links.js', bare: true, ends: [null], tries: 5, check: noArtifacts },
  {
    program: 'b-03-nested-folders.js',
    bare: true,
    ends: [null],
    tries: 1,
    // Landlock looks at each folder above, every time.
    limits: { wallMs: 20_000, cpuMs: 20_000 },
  },
  { program: 'b-04-many-files.js', bare: true, ends: [null], tries: 1, limits: { cpuMs: 3_000 } },
  { program: 'b-05-many-artifacts.js', ends: ['artifact_limit'] },
  { program: 'b-06-sparse.js', bare: true, ends: [null], tries: 2 },
  { program: 'b-07-sparse-artifact.js', ends: ['artifact_limit'] },
  {
    program: 'b-08-sockets-and-folders.js',
    bare: true,
    ends: [null],
    tries: 3,
    check: ({ artifacts }) =>
      assert.deepEqual(
        artifacts.map(({ name }) => name),
        ['a_b_c_file.txt'],
      ),
  },
  {
    program: 'b-09-file-names.js',
    ends: [null],
    tries: 8,
    check({ artifacts }) {
      assert.ok(artifacts.length >= 7);
      for (const { name } of artifacts) assert.match(name, /^[^\p{Cc}\p{Cf}/]{1,200}$/u);
    },
  },
  { program: 'b-10-files-of-the-host.js', bare: true, ends: [null], tries: 48 },
  {
    program: 'b-11-proc.js',
    ends: [null],
    tries: 30,
    except: {
      gvisor: {
        why: "Its /proc is gVisor's own, and says nothing of this machine.",
        reaches:
          /^\/proc\/(?:sys\/|cgroups$|cmdline$|filesystems$|sentry-meminfo$)|^what others use/,
      },
      docker: {
        why: 'Docker has no other /proc/stat to give, without which Node crashes.',
        reaches: /^what others use of the processors$/,
      },
    },
  },
  { program: 'b-12-write-outside.js', bare: true, ends: [null], tries: 14 },
  {
    program: 'b-13-dlopen.js',
    bare: true,
    ends: [null],
    tries: 4,
    except: {
      gvisor: {
        why: 'The map is made, and the first instruction is a fault, as this machine forbids it.',
        ends: ['engine_crashed'],
        bare: false,
      },
    },
  },
  { program: 'b-14-imports.js', ends: [null], tries: 34, limits: { cpuMs: 2_000 } },
  { program: 'd-01-descriptors.js', bare: true, ends: [null], tries: 1 },
  { program: 'd-02-forks.js', ends: [null], tries: 1_000, limits: { cpuMs: 3_000 } },
  {
    program: 'd-03-threads.js',
    // A script that does not catch the refusal of a thread ends by it.
    ends: ['out_of_memory', 'process_limit', 'cpu_timeout', 'engine_crashed', 'uncaught_exception'],
  },
  {
    program: 'd-04-fill-the-folder.js',
    ends: [null, 'out_of_memory'],
    limits: { cpuMs: 2_000 },
  },
  { program: 'd-05-wasm-memory.js', ends: ['out_of_memory'] },
  { program: 'd-06-atomics.js', ends: ['wall_timeout'], limits: { wallMs: 700 } },
  { program: 'd-07-abort.js', ends: ['engine_crashed'] },
  {
    program: 'd-08-signals.js',
    ends: [null],
    tries: 20,
    except: {
      gvisor: { why: "gVisor's process 1 is not spared by its own.", ends: ['engine_crashed'] },
    },
  },
  { program: 'd-09-stdout-flood.js', ends: ['output_limit'] },
  { program: 'd-10-unended-line.js', ends: ['output_limit'] },
  { program: 'd-11-raw-stderr.js', ends: ['uncaught_exception', 'cpu_timeout'] },
  { program: 'd-12-exit-handler.js', ends: ['cpu_timeout'] },
  { program: 'd-13-swallowed-errors.js', ends: ['cpu_timeout'] },
  { program: 'd-14-buffers.js', ends: ['out_of_memory'] },
  {
    program: 'd-15-own-server.js',
    bare: true,
    ends: [null],
    tries: 2_000,
    limits: { cpuMs: 3_000 },
  },
  {
    program: 'd-16-proxy-flood.js',
    ends: [null],
    tries: 2_000,
    limits: { cpuMs: 3_000, networkRequests: 10 },
  },
  // Writing it takes memory before it takes room.
  {
    program: 'd-17-heap-snapshot.js',
    ends: ['artifact_limit', 'out_of_memory'],
    limits: { artifactBytes: Mi },
  },
  ...[undefined, network].flatMap((reachable): Row[] =>
    ['d-18-unsent-bodies.js', 'd-19-unsent-heads.js', 'd-20-proxies-of-crumbs.js'].map(
      (program) => ({
        program,
        ends: [null],
        limits: { cpuMs: 3_000, wallMs: 10_000 },
        ...(reachable === undefined ? {} : { network: reachable }),
      }),
    ),
  ),
  {
    program: 'd-21-settles-and-keeps-alive.js',
    ends: [null],
    limits: { wallMs: 700 },
    check: ({ value }) => assert.equal(value, 'settled'),
  },
  {
    program: 'd-22-settles-and-forks.js',
    bare: true,
    ends: [null, 'cpu_timeout', 'out_of_memory'],
    limits: { wallMs: 1_500 },
  },
  { program: 'e-01-tcp.js', bare: true, ends: [null], tries: 13 },
  { program: 'e-02-udp.js', bare: true, ends: [null], tries: 5 },
  { program: 'e-03-names.js', bare: true, ends: [null], tries: 5 },
  {
    program: 'e-04-proxy-by-hand.js',
    bare: true,
    ends: [null],
    tries: 22,
    network,
    // A proxy that does not answer would pass as well.
    check: ({ value }) => assert.ok((JSON.stringify(value).match(/ 502 /g) ?? []).length >= 11),
  },
  { program: 'e-05-unix-sockets.js', bare: true, ends: [null], tries: 8 },
  { program: 'e-06-http-clients.js', bare: true, ends: [null], tries: 8, network },
  { program: 'e-07-smuggled-requests.js', bare: true, ends: [null], tries: 9, network },
  { program: 'e-08-bindings.js', bare: true, ends: [null], tries: 5 },
  {
    program: 'f-01-raw-commands.js',
    browser: true,
    ends: [null],
    tries: 35,
    limits: { wallMs: 20_000 },
  },
  { program: 'f-02-no-browser.js', ends: ['policy_violation'] },
  {
    program: 'f-03-command-too-long.js',
    browser: true,
    ends: ['output_limit'],
    limits: { wallMs: 20_000 },
  },
  {
    program: 'f-04-flood.js',
    browser: true,
    ends: ['wall_timeout', 'cpu_timeout'],
    limits: { wallMs: 4_000, cpuMs: 2_000 },
  },
  {
    program: 'f-05-command-of-objects.js',
    browser: true,
    ends: [null],
    limits: { wallMs: 20_000, cpuMs: 4_000, memoryBytes: 256 * Mi },
  },
  {
    program: 'f-06-calls-without-end.js',
    browser: true,
    ends: ['wall_timeout', 'cpu_timeout'],
    limits: { wallMs: 4_000, cpuMs: 2_000 },
  },
  { program: 'g-01-environment.js', bare: true, ends: [null], tries: 6 },
  { program: 'g-02-inspector.js', ends: [null], tries: 4 },
  { program: 'g-03-flags.js', bare: true, ends: [null, 'engine_crashed'] },
  {
    program: 'g-04-identity.js',
    bare: true,
    ends: [null],
    tries: 8,
    except: { oci: ownRoot, gvisor: { ...ownRoot, reaches: /^(?:root|priority)$/ } },
  },
  {
    // The seat belt is in the way of what the box allows: there is nothing to be found behind it.
    program: 'g-05-execve.js',
    ends: ['uncaught_exception', 'exit_nonzero'],
    check: ({ exitCode }) => assert.ok(exitCode === null || exitCode === 7, `code ${exitCode}`),
  },
  { program: 'g-06-wasi.js', bare: true, ends: [null], tries: 2 },
  {
    program: 'g-07-workers.js',
    ends: [null],
    tries: 3,
    limits: { cpuMs: 3_000, memoryBytes: 128 * Mi },
  },
  { program: 'g-08-permission.js', ends: [null], tries: 5 },
  ...laterRows,
  ...kernelRows,
];

function noArtifacts({ artifacts }: { readonly artifacts: readonly unknown[] }): void {
  assert.deepEqual(artifacts, []);
}
