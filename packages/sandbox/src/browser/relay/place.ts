import type { FileTransfer } from './file-transfer.ts';

const mostFiles = 32;

/**
 * Copies files of the script into the box. `names` are the script's names. Resolves with their
 * paths in the box.
 */
export async function placeFiles(
  names: unknown,
  find: (name: string) => Uint8Array | undefined,
  transfer: FileTransfer,
): Promise<readonly string[]> {
  if (!Array.isArray(names) || names.length > mostFiles) {
    throw new Error(`files must be a list of at most ${mostFiles} names`);
  }
  const paths: string[] = [];
  for (const name of names as unknown[]) {
    const bytes = typeof name === 'string' ? find(name) : undefined;
    if (typeof name !== 'string' || bytes === undefined) {
      throw new Error(
        `${JSON.stringify(String(name).slice(0, 200))} is no file that this run has made`,
      );
    }
    paths.push(await transfer.put(name.split('/').at(-1) ?? 'file', bytes));
  }
  return paths;
}
