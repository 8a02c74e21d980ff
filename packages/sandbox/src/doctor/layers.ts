import { defaultFloor, type Layer, layers, namesOf } from '@castellan/protocol';
import { type DoctorRow, row } from './report.ts';

const unseen = { detail: 'The kernel does not show it on a running box.', fix: null };

const unlocked = {
  detail: 'lock.node is not there, by which a runner closes itself: the build found no gcc.',
  fix: 'apt-get install gcc libc6-dev, then npm run build',
};

/** What it means that a layer is not there, where that is known. */
const without: Partial<Record<Layer, { readonly detail: string; readonly fix: string }>> = {
  mute: unlocked,
  nodump: unlocked,
  nouserns: {
    detail:
      'The filter alone refuses user namespaces: their limit cannot be set here, as in most containers.',
    fix: 'docker run --security-opt systempaths=unconfined, or nothing: the filter is tried out in a box of each kind.',
  },
};

/** Layers with rows of their own. */
const apart: ReadonlySet<Layer> = new Set(['hostuser', 'landlock']);

/**
 * A row for each layer that the kernel can show of a running box, but for those that have more to say. `proved`
 * are those that it showed; null when there was no box.
 */
export function layerRows(proved: readonly Layer[] | null): DoctorRow[] {
  return namesOf(layers)
    .filter((name) => layers[name].provedBy === 'kernel' && !apart.has(name))
    .filter((name) => !('only' in layers[name]))
    .map((name) => {
      if (proved?.includes(name) === true) return row(name, 'ok', layers[name].sentence);
      const state = defaultFloor.includes(name) ? 'missing' : 'weak';
      if (proved === null) return row(name, state, 'Not proved: no box stands.');
      const { detail, fix } = without[name] ?? unseen;
      return row(name, state, detail, fix);
    });
}
