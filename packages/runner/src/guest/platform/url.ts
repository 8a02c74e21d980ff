import type { InspectOptions, InspectOptionsStylized } from 'node-inspect-extracted';
import { customInspect, showBy } from './format.ts';
import { inspectLibrary, urlLibrary, wordsLibrary } from './lazy.ts';
import { defineOwn } from './natives.ts';

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

  // Methods, since Node's have no prototype.
  const { [customInspect]: showUrl } = {
    [customInspect](this: URL, depth: unknown, options: InspectOptions): unknown {
      if (typeof depth === 'number' && depth < 0) return this;
      const { inspect } = inspectLibrary();
      const members: Record<string, unknown> = {};
      for (const key of shown) members[key] = this[key];
      return `${this.constructor.name} ${inspect(members, options)}`;
    },
  };
  const { [customInspect]: showParams } = {
    [customInspect](this: URLSearchParams, depth: unknown, options: InspectOptions): unknown {
      const styled = options as InspectOptionsStylized;
      if (typeof depth === 'number' && depth < 0) return styled.stylize('[Object]', 'special');
      return paramsText(this, options);
    },
  };
  showBy(classes.URL, showUrl);
  showBy(classes.URLSearchParams, showParams);
  return classes;
}

/** The library's `TypeError`, in Node's words. */
function UrlError(text: string): TypeError {
  const { 0: message, 1: code } = wordsLibrary().urlError(text);
  const error = new TypeError(message);
  if (code !== undefined) defineOwn(error, 'code', code);
  return error;
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
