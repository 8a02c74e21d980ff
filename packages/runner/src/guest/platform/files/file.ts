import { showMembers } from '../format.ts';
import type { BlobClass, FileClass, Realm } from '../realm.ts';
import { requireArguments, toDictionary, toUsvString } from '../webidl.ts';

/** Creates `File`: a blob with a name and a time. */
export function createFile(realm: Realm, Blob: BlobClass) {
  let isFile: (value: unknown) => value is File;

  class PlatformFile extends Blob {
    readonly #name: string;
    readonly #lastModified: number;

    static {
      isFile = (value): value is File =>
        typeof value === 'object' && value !== null && #name in value;
    }

    constructor(parts: unknown, name: unknown, options?: unknown) {
      requireArguments('File', arguments.length, 2);
      // The parts are optional for a blob, and required for a file.
      super(parts ?? null, options);
      this.#name = toUsvString(name);
      const { lastModified } = toDictionary(options, 'File: the options');
      this.#lastModified = lastModified === undefined ? Date.now() : toLongLong(lastModified);
    }

    get name(): string {
      return this.#name;
    }
    get lastModified(): number {
      return this.#lastModified;
    }
  }

  Object.defineProperty(PlatformFile, 'length', { value: 2 });
  showMembers(PlatformFile, ({ size, type, name, lastModified }) => ({
    size,
    type,
    name,
    lastModified,
  }));
  const ctor = PlatformFile as unknown as FileClass;
  realm.clonable(PlatformFile.prototype, {
    clone(value) {
      if (!isFile(value)) return undefined;
      const { type, name, lastModified } = value;
      return () => new ctor([value], name, { type, lastModified });
    },
  });
  return { File: ctor, isFile: isFile! };
}

function toLongLong(value: unknown): number {
  const number = Math.trunc(Number(value));
  return Number.isFinite(number) ? Number(BigInt.asIntN(64, BigInt(number))) : 0;
}
