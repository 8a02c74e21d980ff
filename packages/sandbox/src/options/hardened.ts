import type { Layer } from '@castellan/protocol';
import { hardenedLayers } from '../walls/hardened.ts';
import type { SandboxOptions } from './options.ts';

/** The options with what `hardened` stands for, if it is set: no machine code, and all of its layers. */
export function withHardened(options: SandboxOptions): SandboxOptions {
  const { hardened = false, floor = [] } = options;
  if (!hardened) return options;
  const asked = new Set<Layer>([...floor, ...hardenedLayers(), 'hardened']);
  return { ...options, jitless: true, floor: [...asked] };
}
