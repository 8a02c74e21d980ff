import type { EngineName } from '@castellan/protocol';
import type { BoxParts } from './boxes/runner/box.ts';
import { librariesFor, runnerEnclosure } from './boxes/runner/enclosure.ts';
import { type BoxImage, imageOf } from './drivers/docker/image/image.ts';

/** The image of boxes with these parts: what a runner's enclosure of that engine is made of. */
export async function runnerImage(parts: BoxParts, engine: EngineName): Promise<BoxImage> {
  const libraries = await librariesFor(parts, engine);
  // What else a box is built from is said to the daemon when it starts.
  const spec = { engine, memoryBytes: 0, cpuMs: 0, jitless: false, reusable: false };
  return imageOf(runnerEnclosure(parts, libraries, spec));
}
