import type { HostTools } from '../../drivers/bubblewrap/tools.ts';
import { mark } from '../../drivers/bubblewrap/orphans.ts';
import { isolationArguments, singleProcess } from '../../drivers/bubblewrap/arguments.ts';
import type { ResourceLimit } from '../../walls/rlimits.ts';

/**
 * Descriptors besides 2, standard error, and 3, the channel. bubblewrap closes both before Node
 * starts.
 */
export const descriptors = { status: 4, filter: 5 } as const;

/** The materials of a gateway's box, located once. */
export interface GatewayBox {
  readonly tools: HostTools;
  readonly node: string;
  readonly libraries: readonly string[];
  /** Code, as pairs of its path on the machine and its path in the box. */
  readonly code: readonly (readonly [from: string, to: string])[];
  /** The arguments of Node: its flags, and the program's path in the box. */
  readonly nodeArguments: readonly string[];
  readonly limits: readonly ResourceLimit[];
  readonly filter: Buffer;
  readonly leaks: readonly number[];
}

/**
 * The whole command line. The box contains Node, its libraries and the gateway's own code, read-only.
 * Nothing is writable, and there is no `/proc`, `/dev`, `/etc` or `/tmp`.
 */
export function gatewayCommand({
  tools,
  node,
  libraries,
  code,
  nodeArguments,
  limits,
}: GatewayBox): readonly [program: string, ...rest: string[]] {
  return [
    tools.prlimit,
    ...limits.map(({ option, value }) => `--${option}=${value}`),
    tools.bwrap,
    // No `--unshare-net`: the gateway uses the machine's network.
    ...isolationArguments('gateway'),
    ...singleProcess,
    ...mark(),
    '--ro-bind',
    node,
    '/node',
    ...libraries.flatMap((path) => ['--ro-bind', path, path]),
    ...code.flatMap(([from, to]) => ['--ro-bind', from, to]),
    '--remount-ro',
    '/',
    '--chdir',
    '/',
    '--json-status-fd',
    String(descriptors.status),
    '--seccomp',
    String(descriptors.filter),
    '--',
    '/node',
    ...nodeArguments,
  ];
}
