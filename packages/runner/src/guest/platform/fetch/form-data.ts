import { showBy } from '../format.ts';
import { inspectLibrary } from '../lazy.ts';
import type { Realm } from '../realm.ts';
import { defineIterable, requireArguments, toUsvString } from '../webidl.ts';

export type FormEntry = readonly [name: string, value: string | File];
export type FormDataClass = new () => FormData;

/** Creates `FormData`, without support for form elements. */
export function createFormData(realm: Realm) {
  let entriesOf: (form: object) => FormEntry[];
  let isFormData: (value: unknown) => value is FormData;

  class PlatformFormData {
    #entries: FormEntry[] = [];

    static {
      entriesOf = (form) => (form as PlatformFormData).#entries;
      isFormData = (value): value is FormData =>
        typeof value === 'object' && value !== null && #entries in value;
    }

    constructor(form?: unknown) {
      if (form !== undefined) throw new TypeError('FormData: there are no forms here');
    }

    append(name: unknown, value: unknown, filename?: unknown): void {
      void this.#entries;
      requireArguments('FormData.append', arguments.length, 2);
      this.#entries.push(entryOf(realm, name, value, filename, arguments.length > 2));
    }

    delete(name: unknown): void {
      void this.#entries;
      requireArguments('FormData.delete', arguments.length, 1);
      const key = toUsvString(name);
      this.#entries = this.#entries.filter(([other]) => other !== key);
    }

    get(name: unknown): string | File | null {
      void this.#entries;
      requireArguments('FormData.get', arguments.length, 1);
      const key = toUsvString(name);
      return this.#entries.find(([other]) => other === key)?.[1] ?? null;
    }

    getAll(name: unknown): (string | File)[] {
      void this.#entries;
      requireArguments('FormData.getAll', arguments.length, 1);
      const key = toUsvString(name);
      return this.#entries.filter(([other]) => other === key).map(([, value]) => value);
    }

    has(name: unknown): boolean {
      void this.#entries;
      requireArguments('FormData.has', arguments.length, 1);
      const key = toUsvString(name);
      return this.#entries.some(([other]) => other === key);
    }

    set(name: unknown, value: unknown, filename?: unknown): void {
      void this.#entries;
      requireArguments('FormData.set', arguments.length, 2);
      const entry = entryOf(realm, name, value, filename, arguments.length > 2);
      const index = this.#entries.findIndex(([other]) => other === entry[0]);
      const others = this.#entries.filter(([other], at) => other !== entry[0] || at === index);
      if (index < 0) others.push(entry);
      else others[others.findIndex(([other]) => other === entry[0])] = entry;
      this.#entries = others;
    }
  }

  for (const [name, length] of [
    ['append', 2],
    ['set', 2],
  ] as const) {
    Object.defineProperty(PlatformFormData.prototype[name], 'length', { value: length });
  }
  Object.defineProperty(PlatformFormData, 'length', { value: 0 });
  defineIterable('FormData', PlatformFormData, (form) => entriesOf(form));
  showBy(PlatformFormData, function (_depth, options) {
    const shown = inspectLibrary().formatWithOptions(
      { depth: 2, ...options },
      members(entriesOf!(this)),
    );
    // Node leaves out that the object which it shows has no prototype.
    return `FormData ${shown.slice(shown.indexOf(']') + 2)}`;
  });
  return {
    FormData: PlatformFormData as unknown as FormDataClass,
    entriesOf: entriesOf!,
    isFormData: isFormData!,
  };
}

/** The standard's "create an entry": a blob becomes a file, and a file may get another name. */
function entryOf(
  realm: Realm,
  name: unknown,
  value: unknown,
  filename: unknown,
  hasFilename: boolean,
): FormEntry {
  const { isBlob, isFile, File } = realm.files();
  const key = toUsvString(name);
  if (!isBlob(value)) {
    if (hasFilename) throw new TypeError('FormData: only a Blob can have a file name');
    return [key, toUsvString(value)];
  }
  const isNamed = hasFilename && filename !== undefined;
  if (isFile(value) && !isNamed) return [key, value];
  const lastModified = isFile(value) ? value.lastModified : Date.now();
  const title = isNamed ? toUsvString(filename) : 'blob';
  return [key, new File([value], title, { type: value.type, lastModified })];
}

/** As Node shows them: by name, with a list of values where a name comes more than once. */
function members(entries: readonly FormEntry[]): object {
  const shown = Object.create(null) as Record<string, string | File | (string | File)[]>;
  for (const [name, value] of entries) {
    const before = shown[name];
    shown[name] =
      before === undefined ? value : Array.isArray(before) ? [...before, value] : [before, value];
  }
  return shown;
}
