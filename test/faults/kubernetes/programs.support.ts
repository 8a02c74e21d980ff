import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';

/** Where the programs are kept: compiling them takes ten minutes or so, and the network. */
const cache = process.env['CASTELLAN_KUBERNETES_FOLDER'] ?? '/var/tmp/castellan-kubernetes';
const made = join(cache, 'programs');

/** Why there is no cluster here, or false. */
export function noCluster(): string | false {
  if (process.getuid?.() !== 0) return 'compiling Kubernetes takes root';
  if (existsSync(made)) return false;
  const folders = (process.env['PATH'] ?? '').split(':').concat('/usr/sbin');
  const isThere = folders.some((folder) => existsSync(join(folder, 'debootstrap')));
  return isThere ? false : 'compiling Kubernetes takes debootstrap: apt-get install debootstrap';
}

/** The folder with `etcd`, `kube-apiserver` and `kube-controller-manager`. */
export function clusterPrograms(): string {
  if (existsSync(made)) return made;
  mkdirSync(cache, { recursive: true });
  chmodSync(cache, 0o755);
  execFileSync(join(import.meta.dirname, 'build.sh'), [cache], { stdio: 'ignore' });
  return made;
}
