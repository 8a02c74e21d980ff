import type { Realm } from '../realm.ts';
import { requireArguments } from '../webidl.ts';

/** The blob: URLs of one global scope, whose origin is opaque. */
export function createObjectUrls(realm: Realm, isBlob: (value: unknown) => value is Blob) {
  const blobs = new Map<string, Blob>();
  const { prototype } = Map;
  const [get, set, remove] = [prototype.get, prototype.set, prototype.delete];

  return {
    createObjectURL(...values: unknown[]): string {
      requireArguments('createObjectURL', values.length, 1);
      const [blob] = values;
      if (!isBlob(blob)) throw new TypeError('createObjectURL: the argument must be a Blob');
      const url = `blob:null/${realm.randomUuid()}`;
      Reflect.apply(set, blobs, [url, blob]);
      return url;
    },
    revokeObjectURL(...values: unknown[]): void {
      requireArguments('revokeObjectURL', values.length, 1);
      const [url] = values;
      Reflect.apply(remove, blobs, [`${url as string}`]);
    },
    blobAt(url: string): Blob | undefined {
      const [address = ''] = url.split('#');
      return Reflect.apply(get, blobs, [address]) as Blob | undefined;
    },
  };
}
