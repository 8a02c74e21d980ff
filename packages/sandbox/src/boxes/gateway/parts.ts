import { readFileSync } from 'node:fs';
import { findPackageJSON } from 'node:module';
import { dirname, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CastellanError } from '@castellan/protocol';
import type { HostTools } from '../../drivers/bubblewrap/tools.ts';
import { librariesOf } from '../../walls/libraries.ts';
import { findTools } from '../../drivers/bubblewrap/tools.ts';
import { inheritableDescriptors } from '../../walls/inherited.ts';
import type { ResourceLimit } from '../../walls/rlimits.ts';
import { compileFilter } from '../../walls/seccomp/bpf.ts';
import type { GatewayBox } from './command.ts';
import { gatewayTable } from './system-calls.ts';

/** The path of the code in the box. */
const home = '/castellan';

/** The limit of open descriptors, unless the launcher's own limit is lower. */
const mostFiles = 16_384;

/** An idle Node takes 630 MB of it. The rest is slack, and a bound for a compromised gateway. */
const dataBytes = 4_000_000_000;

/** Third-party packages that the gateway imports. */
const packages = ['undici', 'ipaddr.js'];

/**
 * Locates the materials of a gateway's box. `names` replaces programs that are else looked up in PATH.
 * Throws `isolation_unavailable` with the fix.
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
 * The gateway's folder, relative to this file, and the packages, wherever Node finds them. Their paths on
 * the machine are not visible in the box.
 */
function codeOf(): GatewayBox['code'] {
  const own = packageOf('..');
  const protocol = packageOf('@castellan/protocol');
  const inPackage = (name: string): string => `${home}/node_modules/${name}`;
  return [
    [fileURLToPath(new URL('../../egress', import.meta.url)), `${home}/egress`],
    [join(own, 'package.json'), `${home}/package.json`],
    ...['package.json', 'dist'].map(
      (part) => [join(protocol, part), `${inPackage('@castellan/protocol')}/${part}`] as const,
    ),
    ...packages.map((name) => [packageOf(name), inPackage(name)] as const),
  ];
}

/** The folder of a package; `..` is this package. */
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

/** The launcher's own hard limit, which only root may raise. */
function ownMostFiles(): number {
  const text = readFileSync('/proc/self/limits', 'latin1');
  const hard = /^Max open files\s+\S+\s+(\d+)/m.exec(text)?.[1];
  return hard === undefined ? mostFiles : Number(hard);
}
