import { hardenedFloor, type Layer } from '@castellan/protocol';

/** The layers that `hardened` asks for on this machine: who is not root has no users to give away. */
export function hardenedLayers(): readonly Layer[] {
  const isRoot = process.geteuid?.() === 0;
  return hardenedFloor.filter((layer) => layer !== 'hostuser' || isRoot);
}
