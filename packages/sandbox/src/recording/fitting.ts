import { recordBounds } from '@castellan/protocol';

/** The first of the JSON texts that fit into one file of a recording, as a list, and a sentence on the others. */
export function fitting(texts: readonly string[]): {
  readonly list: string;
  readonly rest: string;
} {
  let bytes = 0;
  let count = 0;
  for (const text of texts) {
    bytes += Buffer.byteLength(text) + 2;
    if (bytes > recordBounds.traceBytes.most) break;
    count++;
  }
  const missing = texts.length - count;
  return {
    list: `[\n${texts.slice(0, count).join(',\n')}]`,
    rest: missing === 0 ? '' : `${missing} are left out here: they take too many bytes.`,
  };
}

/** The sentences that are there. */
export function commented(...sentences: readonly string[]): string {
  return sentences.filter((sentence) => sentence !== '').join(' ');
}
