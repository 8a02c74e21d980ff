import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { find } from '../../../packages/sandbox/src/drivers/find.ts';

const root = join(import.meta.dirname, '../../..');

/** Where images and their layers are kept: making the first one takes some minutes and the network. */
const cache = process.env['CASTELLAN_IMAGE_FOLDER'] ?? '/var/tmp/castellan-image';
const base = 'localhost/castellan-debian:12';
const tag = 'localhost/castellan';

/** Why no image can be built here, or false. */
export async function noBuilder(): Promise<string | false> {
  for (const name of ['buildah', 'debootstrap']) {
    if ((await find(name)) === undefined) {
      return `building an image takes ${name}: apt-get install buildah debootstrap`;
    }
  }
  return process.getuid?.() === 0 ? false : 'building an image takes root';
}

/**
 * The archive of the service's image, as this checkout is built. Steps whose content is the same as last time
 * are not done again.
 */
export function imageArchive(): string {
  mkdirSync(cache, { recursive: true });
  const config = join(cache, 'storage.conf');
  const [run, graph] = [join(cache, 'run'), join(cache, 'graph')];
  const lines = ['[storage]', 'driver = "overlay"', `runroot = "${run}"`, `graphroot = "${graph}"`];
  writeFileSync(config, `${lines.join('\n')}\n`);
  const env = {
    ...process.env,
    CONTAINERS_STORAGE_CONF: config,
    BUILDAH_ISOLATION: 'chroot',
    TMPDIR: cache,
  };
  const hasBase = spawnSync('buildah', ['inspect', '--type', 'image', base], { env }).status === 0;
  const from = hasBase ? ['--base', base] : ['--debootstrap'];
  const script = join(root, 'scripts/image.ts');
  const args = [script, '--builder', 'buildah', '--tag', tag, ...from];
  execFileSync(process.execPath, args, { env, stdio: 'ignore' });
  const archive = join(cache, 'castellan.tar');
  rmSync(archive, { force: true });
  execFileSync('buildah', ['push', tag, `docker-archive:${archive}:castellan:latest`], {
    env,
    stdio: 'ignore',
  });
  // Images that have lost their name to this one; layers that it has too stay.
  spawnSync('buildah', ['rmi', '--prune'], { env });
  return archive;
}
