import { readFileSync } from 'node:fs';
import { findPackageJSON } from 'node:module';
import { dirname, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CastellanError } from '@castellan/protocol';
import type { HostTools } from '../../../drivers/bubblewrap/tools.ts';
import { librariesOf } from '../../../drivers/bubblewrap/libraries.ts';
import { findTools } from '../../../drivers/bubblewrap/tools.ts';
import { inheritableDescriptors } from '../../../drivers/inherited.ts';
import type { ResourceLimit } from '../../../drivers/rlimits.ts';
import { compileFilter } from '../../../drivers/seccomp/bpf.ts';
import type { GatewayBox } from './command.ts';
import { gatewayTable } from './system-calls.ts';

/** Where the code is in the box. */
const home = '/castellan';

/** Sockets that there may be at a time, unless the launcher itself may have fewer. */
const mostFiles = 16_384;

/** Node counts for 630 MB of it when idle; the rest is room, and a bound for a gateway that has fallen. */
const dataBytes = 4_000_000_000;

/** Packages of others that the gateway imports. */
const packages = ['undici', 'ipaddr.js'];

/**
 * Finds what a gateway's box is made of; `names` are other programs than those that the shell would
 * find. Throws `isolation_unavailable` with what mends it.
 */
export async function findGatewayBox(names: Partial<HostTools> = {}): Promise<GatewayBox> {
  const tools = await findTools({ bwrap: 'bwrap', prlimit: 'prlimit', ...names });
  if ('detail' in tools) {
    throw new CastellanError('isolation_unavailable', tools.detail, { fix: tools.fix });
  }
  const node = process.execPath;
  return {
    tools,
    node,
    libraries: await librariesOf([node]),
    code: codeOf(),
    nodeArguments: [
      '--disable-sigusr1',
      '--permission',
      `--allow-fs-read=${home}/`,
      `${home}/egress/gateway/main${extname(import.meta.url)}`,
    ],
    limits: limits(),
    filter: compileFilter(gatewayTable),
    leaks: inheritableDescriptors(),
  };
}

/**
 * The gateway's folder, found from here, and the packages, wherever Node finds them. What the host
 * calls their folders is not to be seen inside.
 */
function codeOf(): GatewayBox['code'] {
  const own = packageOf('..');
  const protocol = packageOf('@castellan/protocol');
  const inPackage = (name: string): string => `${home}/node_modules/${name}`;
  return [
    [fileURLToPath(new URL('../..', import.meta.url)), `${home}/egress`],
    [join(own, 'package.json'), `${home}/package.json`],
    ...['package.json', 'dist'].map(
      (part) => [join(protocol, part), `${inPackage('@castellan/protocol')}/${part}`] as const,
    ),
    ...packages.map((name) => [packageOf(name), inPackage(name)] as const),
  ];
}

/** A package's folder; `..` is our own. */
function packageOf(name: string): string {
  const manifest = findPackageJSON(name, import.meta.url);
  if (manifest === undefined) throw new CastellanError('box_failed', `${name} was not found.`);
  return dirname(manifest);
}

function limits(): readonly ResourceLimit[] {
  return [
    { option: 'core', label: 'Max core file size', value: 0 },
    { option: 'nofile', label: 'Max open files', value: Math.min(mostFiles, ownMostFiles()) },
    { option: 'memlock', label: 'Max locked memory', value: 0 },
    { option: 'msgqueue', label: 'Max msgqueue size', value: 0 },
    { option: 'fsize', label: 'Max file size', value: 0 },
    { option: 'stack', label: 'Max stack size', value: 8 * 2 ** 20 },
    { option: 'data', label: 'Max data size', value: dataBytes },
  ];
}

/** The launcher's own hard limit, which only root could raise. */
function ownMostFiles(): number {
  const text = readFileSync('/proc/self/limits', 'latin1');
  const hard = /^Max open files\s+\S+\s+(\d+)/m.exec(text)?.[1];
  return hard === undefined ? mostFiles : Number(hard);
}
