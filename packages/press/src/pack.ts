import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { brotliCompressSync, constants } from 'node:zlib';
import type { PackedFile } from '@castellan/protocol/runtimes';

/**
 * Packs the `node_modules` of a built runtime into one file, in the form that `packedPackages` of the
 * protocol describes. The same files produce the same bytes.
 */
export function packPackages(nodeModules: string): Buffer {
  const files = readdirSync(nodeModules, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .toSorted();
  const contents = files.map((file) => readFileSync(file));
  const list = files.map((file, at): PackedFile => [
    relative(nodeModules, file).replaceAll(sep, '/'),
    contents[at]?.length ?? 0,
  ]);
  const head = Buffer.from(JSON.stringify(list));
  const size = Buffer.alloc(4);
  size.writeUInt32BE(head.length);
  return brotliCompressSync(Buffer.concat([size, head, ...contents]), {
    // Higher qualities take ten times as long for two percent.
    params: { [constants.BROTLI_PARAM_QUALITY]: 9, [constants.BROTLI_PARAM_LGWIN]: 24 },
  });
}
