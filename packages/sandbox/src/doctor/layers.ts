import { defaultFloor, type Layer, layers, namesOf } from '@castellan/protocol';
import { type DoctorRow, row } from './report.ts';

/**
 * A row for each layer that the kernel can show of a running box. `proved` are those that it showed;
 * null when there was no box.
 */
export function layerRows(proved: readonly Layer[] | null): DoctorRow[] {
  return namesOf(layers)
    .filter((name) => layers[name].provedBy === 'kernel')
    .map((name) => {
      if (proved?.includes(name) === true) return row(name, 'ok', layers[name].sentence);
      const detail =
        proved === null
          ? 'Not proved: no box stands.'
          : 'The kernel does not show it on a running box.';
      return row(name, defaultFloor.includes(name) ? 'missing' : 'weak', detail);
    });
}
