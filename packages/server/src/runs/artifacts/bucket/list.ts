import { partsOf, textOf, textsOf } from './answers.ts';
import type { Place } from './place.ts';
import { BucketFault, type Requests } from './requests.ts';

/** An upload that was begun and not ended. */
interface Upload {
  readonly key: string;
  readonly uploadId: string;
}

/** The names of all objects that begin with `under`, below the prefix, in order. */
export async function* keysUnder(
  { place, ask }: Pick<Requests, 'ask'> & { readonly place: Place },
  under: string,
): AsyncGenerator<string, void, undefined> {
  let token: string | undefined;
  do {
    const query = {
      'list-type': '2',
      prefix: `${place.prefix}${under}`,
      ...(token === undefined ? {} : { 'continuation-token': token }),
    };
    const xml = await (await ask({ method: 'GET', query })).text();
    for (const contents of partsOf(xml, 'Contents')) {
      yield (textOf(contents, 'Key') ?? '').slice(place.prefix.length);
    }
    token = textOf(xml, 'NextContinuationToken');
  } while (token !== undefined);
}

/** Uploads below the prefix that were begun and not ended. */
export async function* uploadsUnder({
  place,
  ask,
}: Pick<Requests, 'ask'> & { readonly place: Place }): AsyncGenerator<Upload, void, undefined> {
  let markers: Record<string, string> = {};
  for (;;) {
    const query = { uploads: '', prefix: place.prefix, ...markers };
    const xml = await uploadsIn(ask, query);
    for (const upload of partsOf(xml, 'Upload')) {
      const [key = ''] = textsOf(upload, 'Key');
      const uploadId = textOf(upload, 'UploadId') ?? '';
      yield { key: key.slice(place.prefix.length), uploadId };
    }
    if (textOf(xml, 'IsTruncated') !== 'true') return;
    markers = {
      'key-marker': textOf(xml, 'NextKeyMarker') ?? '',
      'upload-id-marker': textOf(xml, 'NextUploadIdMarker') ?? '',
    };
  }
}

/** Empty where a server keeps no list of them: then it has to remove them itself. */
async function uploadsIn(ask: Requests['ask'], query: Record<string, string>): Promise<string> {
  try {
    return await (await ask({ method: 'GET', query })).text();
  } catch (error) {
    if (error instanceof BucketFault && error.code === 'NotImplemented') return '';
    throw error;
  }
}
