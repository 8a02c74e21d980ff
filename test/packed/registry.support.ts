import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, globSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

/** A version of a package, and the folder or tarball that has it. */
interface Published {
  readonly manifest: Manifest;
  readonly place: string;
}

export interface Registry extends AsyncDisposable {
  readonly url: string;
}

/**
 * A registry of npm packages on this machine: the packages of this checkout as `npm pack` packs them,
 * and all others as they are installed here. With it, `npm install` does what it does for a
 * stranger, without leaving the machine.
 */
export async function startRegistry(): Promise<Registry> {
  const folder = mkdtempSync(join(tmpdir(), 'castellan-registry-'));
  const packages = new Map<string, Map<string, Published>>();
  const publish = (each: Published): void => {
    const { name, version } = each.manifest;
    packages.set(name, (packages.get(name) ?? new Map<string, Published>()).set(version, each));
  };
  for (const manifest of installedHere()) publish(manifest);
  for (const each of packHere(folder)) publish(each);

  const server = createServer((request, response) => {
    const [name = '', version] = decodeURIComponent(request.url ?? '/')
      .slice(1)
      .split('/-/');
    const versions = packages.get(name);
    if (versions === undefined) return void response.writeHead(404).end('{}');
    const published = version === undefined ? undefined : versions.get(version);
    if (published !== undefined) return sendTarball(response, published);
    const base = `http://${request.headers.host}/${name}/-/`;
    const all = [...versions].map(([key, { manifest }]) => [
      key,
      { ...withoutAbsent(manifest, packages), dist: { tarball: base + key } },
    ]);
    const latest = [...versions.keys()].at(-1);
    const document = {
      name,
      'dist-tags': { latest },
      versions: Object.fromEntries(all) as unknown,
    };
    response.setHeader('content-type', 'application/json').end(JSON.stringify(document));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await once(server.close(), 'close');
      rmSync(folder, { recursive: true });
    },
  };
}

function* installedHere(): Generator<Published> {
  const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
    packages: Readonly<Record<string, { readonly link?: boolean }>>;
  };
  for (const [path, { link }] of Object.entries(lock.packages)) {
    const file = join(root, path, 'package.json');
    if (!path.includes('node_modules/') || link === true || !existsSync(file)) continue;
    yield { manifest: readManifest(file), place: join(root, path) };
  }
}

/** The packages of this checkout, packed into `folder`. */
function packHere(folder: string): Published[] {
  return globSync('packages/*/package.json', { cwd: root }).map((file) => {
    const home = join(root, file, '..');
    const before = new Set(readdirSync(folder));
    execFileSync('npm', ['pack', '--silent', '--pack-destination', folder], { cwd: home });
    const tarball = readdirSync(folder).find((name) => !before.has(name)) ?? '';
    return { manifest: readManifest(join(root, file)), place: join(folder, tarball) };
  });
}

function readManifest(file: string): Manifest {
  return JSON.parse(readFileSync(file, 'utf8')) as Manifest;
}

/** What is for other platforms is not installed here, so it cannot be had. */
function withoutAbsent(manifest: Manifest, packages: ReadonlyMap<string, unknown>): Manifest {
  const { optionalDependencies = {} } = manifest;
  const there = Object.entries(optionalDependencies).filter(([name]) => packages.has(name));
  return { ...manifest, optionalDependencies: Object.fromEntries(there) };
}

function sendTarball(response: ServerResponse, { place }: Published): void {
  if (place.endsWith('.tgz')) return void response.end(readFileSync(place));
  const args = [
    'czf',
    '-',
    '--exclude=./node_modules',
    '--transform=s,^[.],package,',
    '-C',
    place,
    '.',
  ];
  response.end(execFileSync('tar', args, { maxBuffer: 2 ** 28 }));
}
