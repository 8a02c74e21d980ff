import { hash } from 'node:crypto';
import type { Enclosure } from '../../../boxes/enclosure.ts';
import { type Layer, layersOf } from './layer.ts';
import { tarEnd, tarFill, tarHead } from './tar.ts';

/** The label by which images of boxes are found. */
export const imageLabel = 'castellan.box';

/** An image of what an enclosure is made of. */
export interface BoxImage {
  /**
   * The daemon's own name of it: the hash of its description, which names the hash of each layer. An image
   * of that name has these files and no others, whoever put it there.
   */
  readonly id: string;
  /** The archive that `docker load` reads. */
  archive(): AsyncIterable<Uint8Array>;
}

/** Reads everything that goes into it, which takes a second. */
export async function imageOf(enclosure: Enclosure): Promise<BoxImage> {
  const layers = await layersOf(enclosure);
  const description = JSON.stringify({
    architecture: 'amd64',
    os: 'linux',
    config: { Labels: { [imageLabel]: enclosure.command[0] } },
    rootfs: { type: 'layers', diff_ids: layers.map(({ digest }) => digest) },
  });
  const name = hash('sha256', description);
  return { id: `sha256:${name}`, archive: () => archive(layers, `${name}.json`, description) };
}

async function* archive(
  layers: readonly Layer[],
  config: string,
  description: string,
): AsyncGenerator<Uint8Array> {
  const names = layers.map(({ digest }) => `${digest.slice('sha256:'.length)}/layer.tar`);
  const manifest = JSON.stringify([{ Config: config, RepoTags: null, Layers: names }]);
  for (const [path, text] of [
    [config, description],
    ['manifest.json', manifest],
  ] as const) {
    const content = Buffer.from(text);
    yield headOf(path, content.length);
    yield content;
    yield tarFill(content.length);
  }
  const written = new Set<string>();
  for (const [index, layer] of layers.entries()) {
    const path = names[index] ?? '';
    if (written.has(path)) continue;
    written.add(path);
    yield headOf(path, layer.bytes);
    yield* layer.read();
    yield tarFill(layer.bytes);
  }
  yield tarEnd;
}

function headOf(path: string, bytes: number): Buffer {
  return tarHead({ path, mode: 0o444, kind: 'file', bytes, target: '' });
}
