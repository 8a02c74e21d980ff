import type { InspectOptions, InspectOptionsStylized } from 'node-inspect-extracted';
import { showBy } from './format.ts';
import { inspectLibrary, urlLibrary } from './lazy.ts';
import { UrlError } from './url-errors.ts';

export interface UrlClasses {
  readonly URL: typeof URL;
  readonly URLSearchParams: typeof URLSearchParams;
}

/** The part of the File API that is on `URL`. */
interface ObjectUrls {
  createObjectURL(...values: unknown[]): string;
  revokeObjectURL(...values: unknown[]): void;
}

const shown = [
  'href',
  'origin',
  'protocol',
  'username',
  'password',
  'host',
  'hostname',
  'port',
  'pathname',
  'search',
  'searchParams',
  'hash',
] as const;

/**
 * Creates the URL standard's two classes; they print on the console as Node's do. `files` returns
 * the functions for blob: URLs.
 */
export function createUrlClasses(files: () => ObjectUrls): UrlClasses {
  // The library defines its classes, and keeps a registry, on an object that it takes for the global.
  const scope = { Array, Object, Promise, String, TypeError: UrlError } as unknown as UrlClasses;
  const library = urlLibrary();
  library.URL.install(scope, ['Worker']);
  library.URLSearchParams.install(scope, ['Worker']);
  const classes: UrlClasses = { URL: scope.URL, URLSearchParams: scope.URLSearchParams };

  const { createObjectURL, revokeObjectURL } = {
    createObjectURL: (...values: unknown[]) => files().createObjectURL(...values),
    revokeObjectURL: (...values: unknown[]) => files().revokeObjectURL(...values),
  };
  for (const method of [createObjectURL, revokeObjectURL]) {
    Object.defineProperty(method, 'length', { value: 1 });
  }
  Object.assign(classes.URL, { createObjectURL, revokeObjectURL });

  showBy(classes.URL, function (depth, options) {
    if (typeof depth === 'number' && depth < 0) return this;
    const { inspect } = inspectLibrary();
    const members: Record<string, unknown> = {};
    for (const key of shown) members[key] = this[key];
    return `${this.constructor.name} ${inspect(members, options)}`;
  });
  showBy(classes.URLSearchParams, function (depth, options) {
    const styled = options as InspectOptionsStylized;
    if (typeof depth === 'number' && depth < 0) return styled.stylize('[Object]', 'special');
    return paramsText(this, options);
  });
  return classes;
}

function paramsText(params: URLSearchParams, options: InspectOptions): string {
  const { inspect } = inspectLibrary();
  const pairs: string[] = [];
  let length = 0;
  for (const [name, value] of params) {
    const pair = `${inspect(name, options)} => ${inspect(value, options)}`;
    pairs.push(pair);
    length += pair.length + 2;
  }
  if (pairs.length === 0) return 'URLSearchParams {}';
  return length > (options.breakLength ?? 80)
    ? `URLSearchParams {\n  ${pairs.join(',\n  ')} }`
    : `URLSearchParams { ${pairs.join(', ')} }`;
}
