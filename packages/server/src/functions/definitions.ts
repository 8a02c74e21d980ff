import type { FunctionStore } from './store.ts';

/** What is kept in memory of all functions together, as characters of JSON. */
const mostCharacters = 32 * 2 ** 20;

/** Reads what was deployed; undefined when it is kept no more. */
export type ReadDefinition<Definition> = (
  id: string,
  version: number,
) => Promise<Definition | undefined>;

/** Keeps what was read last: a version never changes, and ids are not given twice. */
export function definitions<Definition>(
  store: Pick<FunctionStore, 'definition'>,
  parse: (json: string) => Definition,
  most = mostCharacters,
): ReadDefinition<Definition> {
  const kept = new Map<string, { readonly definition: Definition; readonly size: number }>();
  let size = 0;
  const forget = (key: string): void => {
    size -= kept.get(key)?.size ?? 0;
    kept.delete(key);
  };
  return async (id, version) => {
    const key = `${id} ${version}`;
    let found = kept.get(key);
    if (found === undefined) {
      const json = await store.definition(id, version);
      if (json === undefined) return undefined;
      found = { definition: parse(json), size: json.length };
    }
    forget(key);
    kept.set(key, found);
    size += found.size;
    for (const oldest of kept.keys()) {
      if (size <= most) break;
      forget(oldest);
    }
    return found.definition;
  };
}
