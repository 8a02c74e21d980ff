import { readFileSync } from 'node:fs';
import { findPackageJSON } from 'node:module';
import { dirname, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CastellanError } from '@castellan/protocol';
import { librariesOf, loader } from '../../walls/libraries.ts';
import type { Cgroups } from '../../walls/cgroup/cgroups.ts';
import type { ResourceLimit } from '../../walls/rlimits.ts';
import type { Builder, Driver } from '../../drivers/driver.ts';
import { landlockHere } from '../../walls/landlock.ts';
import type { Enclosure, Mount } from '../enclosure.ts';
import { landlockMounts } from '../landlocked.ts';
import { gatewayTable } from './system-calls.ts';

/** The path of the code in the box. */
const home = '/castellan';

/** The limit of open descriptors, unless the launcher's own limit is lower. */
const mostFiles = 16_384;

/** An idle Node takes 630 MB of it. The rest is slack, and a bound for a compromised gateway. */
const dataBytes = 4_000_000_000;

/** Third-party packages that the gateway imports. */
const packages = ['undici', 'ipaddr.js'];

/** A gateway's box that can be built here. */
export interface GatewayBox {
  readonly driver: Driver;
  readonly builder: Builder;
  readonly enclosure: Enclosure;
  /** Whether it is started behind Landlock, as it is where the kernel has it. */
  readonly isLandlocked: boolean;
  /** What bounds it besides. Left out: resource limits alone. */
  readonly cgroups?: Cgroups | undefined;
}

/**
 * Prepares a gateway's box: Node, its libraries and the gateway's own code, read-only. Nothing is writable,
 * and there is no `/proc`, `/dev`, `/etc` or `/tmp`. Throws `isolation_unavailable` with the fix.
 */
export async function findGatewayBox(driver: Driver, cgroups?: Cgroups): Promise<GatewayBox> {
  const node = process.execPath;
  const libraries = await librariesOf([node]);
  const landlock = await landlockHere();
  const enclosure: Enclosure = {
    hostname: 'gateway',
    command: [
      '/node',
      '--disable-sigusr1',
      '--permission',
      `--allow-fs-read=${home}/`,
      `${home}/egress/gateway/main${extname(import.meta.url)}`,
    ],
    environment: {},
    // Standard error and the channel.
    descriptors: ['ignore', 'ignore', 'pipe', 'pipe'],
    mounts: [
      { from: node, to: '/node' },
      ...libraries.map((path) => ({ from: path, to: path })),
      ...codeOf(),
      ...landlockMounts(landlock),
    ],
    proc: 'none',
    network: 'machine',
    filter: gatewayTable,
    // It is nobody's server.
    rights: { programs: ['/node', loader], ports: ['connect'] },
    limits: limits(),
    mayNest: false,
    hasReaper: false,
    // Ctrl-C in a terminal does not reach it.
    isDetached: true,
  };
  const builder = await driver.prepare(enclosure);
  if ('detail' in builder) {
    throw new CastellanError('isolation_unavailable', builder.detail, { fix: builder.fix });
  }
  return { driver, builder, enclosure, isLandlocked: landlock !== undefined, cgroups };
}

/**
 * The gateway's folder, relative to this file, and the packages, wherever Node finds them. Their paths on
 * the machine are not visible in the box.
 */
function codeOf(): Mount[] {
  const own = packageOf('..');
  const protocol = packageOf('@castellan/protocol');
  const inPackage = (name: string): string => `${home}/node_modules/${name}`;
  return [
    { from: fileURLToPath(new URL('../../egress', import.meta.url)), to: `${home}/egress` },
    { from: join(own, 'package.json'), to: `${home}/package.json` },
    ...['package.json', 'dist'].map((part) => ({
      from: join(protocol, part),
      to: `${inPackage('@castellan/protocol')}/${part}`,
    })),
    ...packages.map((name) => ({ from: packageOf(name), to: inPackage(name) })),
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
