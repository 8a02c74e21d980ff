import type { Loaded } from './loaded.ts';

/** An `import.meta`. `ask` answers for the file it is made for; an empty specifier means the file itself. */
export function metaOf(ask: (specifier: string, how: 'meta' | 'resolve') => Loaded): object {
  const loaded = ask('', 'meta');
  if (loaded.kind !== 'meta') throw new TypeError('import.meta is not known');
  const { dirname, filename, main, url } = loaded;
  const resolve = (specifier: string): string => {
    const found = ask(specifier, 'resolve');
    return found.kind === 'resolved' ? found.url : '';
  };
  return { __proto__: null, dirname, filename, main, resolve, url };
}
