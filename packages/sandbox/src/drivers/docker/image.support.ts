import type { EngineName } from '@castellan/protocol';
import type { BoxParts } from '../../boxes/runner/box.ts';
import { runnerImage } from '../../runner-image.ts';
import { DockerApi } from './api.ts';
import { loadImage } from './store.ts';

/** Gives a daemon the image of boxes with these parts, as `castellan image build` does. */
export async function loadFor(socket: string, parts: BoxParts, engine: EngineName): Promise<void> {
  const api = new DockerApi(socket);
  await loadImage(api, await runnerImage(parts, engine), `test-${engine}`);
}
