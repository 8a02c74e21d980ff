import type { HostTools } from '../../../drivers/bubblewrap/tools.ts';
import { mark } from '../../../drivers/bubblewrap/orphans.ts';
import { isolationArguments, singleProcess } from '../../../drivers/bubblewrap/arguments.ts';
import type { ResourceLimit } from '../../../drivers/rlimits.ts';

/** Descriptors beside 2, the last words, and 3, the channel. bubblewrap closes both at the end. */
export const descriptors = { status: 4, filter: 5 } as const;

/** What every gateway's box is made of, found once. */
export interface GatewayBox {
  readonly tools: HostTools;
  readonly node: string;
  readonly libraries: readonly string[];
  /** Code: where it is on the host, and where in the box. */
  readonly code: readonly (readonly [from: string, to: string])[];
  /** What follows Node's name: its flags, and the program as the box names it. */
  readonly nodeArguments: readonly string[];
  readonly limits: readonly ResourceLimit[];
  readonly filter: Buffer;
  readonly leaks: readonly number[];
}

/**
 * The whole command line. Of the host there are Node, its libraries and the gateway's own code,
 * read-only; nothing can be written, and there is no `/proc`, `/dev`, `/etc` or `/tmp`.
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
    // The network is what the gateway is for.
    ...[...isolationArguments('gateway'), ...singleProcess],
    ...mark(),
    ...['--ro-bind', node, '/node'],
    ...libraries.flatMap((path) => ['--ro-bind', path, path]),
    ...code.flatMap(([from, to]) => ['--ro-bind', from, to]),
    ...['--remount-ro', '/', '--chdir', '/'],
    ...['--json-status-fd', String(descriptors.status), '--seccomp', String(descriptors.filter)],
    ...['--', '/node', ...nodeArguments],
  ];
}
