// Builds the image of the whole service, deploy/container/Containerfile, from this checkout as it is built:
//   node scripts/image.ts [--builder docker|podman|buildah] [--base IMAGE] [--debootstrap] [--tag NAME]
// --debootstrap makes the base from Debian's packages, which takes root, in place of one from a registry.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { makeDebian } from './image/debian.ts';
import { stageApp } from './image/stage.ts';

const root = join(import.meta.dirname, '..');
const files = join(root, 'deploy/container');
const builders = ['docker', 'podman', 'buildah'];
const { values } = parseArgs({
  options: {
    builder: { type: 'string', default: 'docker' },
    base: { type: 'string', default: 'debian:12-slim' },
    debootstrap: { type: 'boolean', default: false },
    tag: { type: 'string', default: 'castellan' },
  },
});
if (!builders.includes(values.builder)) {
  throw new Error(`--builder is one of ${builders.join(', ')}, not ${values.builder}.`);
}

/** A build in a folder, with the machine's own network: no bridge is needed. buildah keeps layers when it is told to. */
function build(file: string, tag: string, folder: string, args: readonly string[] = []): void {
  const keep = values.builder === 'buildah' ? ['--layers', '--format', 'docker'] : [];
  const options = [
    '--network',
    'host',
    '--file',
    join(files, file),
    '--tag',
    tag,
    ...args,
    ...keep,
  ];
  execFileSync(values.builder, ['build', ...options, folder], { stdio: 'inherit' });
}

const context = mkdtempSync(join(tmpdir(), 'castellan-image-'));
try {
  let { base } = values;
  if (values.debootstrap) {
    base = 'localhost/castellan-debian:12';
    const folder = mkdtempSync(join(context, 'debian-'));
    makeDebian(join(folder, 'debian.tar'));
    build('debian.Containerfile', base, folder);
    rmSync(folder, { recursive: true });
  }
  stageApp(root, join(context, 'app'));
  build('Containerfile', values.tag, context, ['--build-arg', `BASE=${base}`]);
} finally {
  rmSync(context, { recursive: true, force: true });
}
