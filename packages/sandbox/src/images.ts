import { CastellanError, type EngineName } from '@castellan/protocol';
import { defaultRuntime } from '@castellan/protocol/runtimes';
import { locateParts, partsFor } from './boxes/runner/parts.ts';
import { DockerApi } from './drivers/docker/api.ts';
import { defaultSocket } from './drivers/docker/docker.ts';
import { faultOf } from './drivers/docker/faults.ts';
import { loadImage, sweepImages } from './drivers/docker/store.ts';
import { policyFor } from './modules/modules.ts';
import { runnerImage } from './runner-image.ts';
import { ociJson, type OciSyscall, toOci } from './walls/seccomp/oci.ts';
import { serviceTable } from './walls/seccomp/service-table.ts';

/** For which boxes of a Docker daemon images are built. */
export interface ImageOptions {
  /** The absolute path of the daemon's socket. Default `/var/run/docker.sock`. */
  readonly socket?: string;
  /** A built runtime, by name or path; null: no packages. Default: the newest. */
  readonly runtime?: string | null;
}

/** An image that the daemon has now. */
export interface BuiltImage {
  /** As `castellan-box:isolate-2026.11`. */
  readonly name: string;
  /** The hash of its content. */
  readonly id: string;
  /** Whether it was there already. */
  readonly wasThere: boolean;
}

/** The boxes that differ in what they are made of. */
const kinds: readonly { readonly engine: EngineName; readonly hasBrowser: boolean }[] = [
  { engine: 'isolate', hasBrowser: false },
  { engine: 'isolate', hasBrowser: true },
  { engine: 'node', hasBrowser: false },
];

/**
 * Builds the images of boxes from what is installed here, and gives them to the daemon; `onImage` is told of
 * each. Returns how many older ones were removed. Needs no network and no registry. Throws
 * `isolation_unavailable` with what is wrong with the daemon.
 */
export async function buildImages(
  { socket = defaultSocket, runtime = defaultRuntime }: ImageOptions,
  onImage: (image: BuiltImage) => void,
): Promise<number> {
  const api = new DockerApi(socket);
  try {
    for (const { engine, hasBrowser } of kinds) {
      const located = locateParts(engine, hasBrowser);
      const parts = partsFor(located, engine, policyFor(engine, { runtime }, located.runnerDir));
      const image = await runnerImage(parts, engine);
      const name = `${hasBrowser ? 'browser-' : ''}${engine}-${tagOf(runtime)}`;
      onImage({ id: image.id, ...(await loadImage(api, image, name)) });
    }
    return await sweepImages(api);
  } catch (error) {
    if (error instanceof CastellanError) throw error;
    const { detail, fix } = faultOf(error, socket);
    throw new CastellanError('isolation_unavailable', detail, { fix, cause: error });
  }
}

/**
 * The system call filter of a container that has the whole service in it, as Docker, containerd and other
 * OCI runtimes read it: the JSON of `--security-opt seccomp=FILE`.
 */
export function serviceSeccomp(): string {
  const { syscalls, ...rest } = toOci(serviceTable);
  const isPlain = ({ args }: OciSyscall): boolean => args === undefined;
  const alike = Object.groupBy(syscalls.filter(isPlain), ({ action }) => action);
  const merged = Object.values(alike).map((group = []) => ({
    ...group[0],
    names: group.flatMap(({ names }) => names).toSorted(),
  }));
  const all = [...merged, ...syscalls.filter((each) => !isPlain(each))];
  return `${ociJson({ ...rest, syscalls: all }, 2)}\n`;
}

/** What a tag may consist of. */
function tagOf(runtime: string | null): string {
  if (runtime === null) return 'no-packages';
  return runtime.replaceAll(/[^\w.-]+/g, '-').slice(-100);
}
