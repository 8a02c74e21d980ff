import { useEffect, useState } from 'preact/hooks';
import { modulesOf, type Offer, type Policy } from '../session/offer.ts';
import type { File } from '../script/draft.ts';

/** The types of one package, as `scripts/package-types.ts` of this package makes them. */
export interface PackageTypes {
  readonly entries: Readonly<Record<string, string>>;
  readonly files: Readonly<Record<string, string>>;
}

/**
 * The types of the packages that a script names, by package; of others nothing is loaded. A package that the
 * policy does not offer, or that is of another version than the one whose types are here, has none.
 */
export function usePackageTypes(
  offer: Offer,
  policy: Policy,
  files: readonly File[],
): ReadonlyMap<string, PackageTypes> {
  const [loaded, setLoaded] = useState<ReadonlyMap<string, PackageTypes>>(new Map());
  const named = namedPackages(files, offeredPackages(offer, policy));
  const wanted = [...named].map(([name, address]) => `${name} ${address}`).join('\n');
  useEffect(() => {
    let isGone = false;
    const load = async (): Promise<void> => {
      const all = await Promise.all(
        [...named].map(async ([name, address]) => [name, await fetchTypes(address)] as const),
      );
      const found = all.flatMap(([name, types]) =>
        types === null ? [] : [[name, types] as const],
      );
      if (!isGone) setLoaded(new Map(found));
    };
    void load();
    return () => void (isGone = true);
  }, [wanted]);
  return loaded;
}

/** Addresses of types by name of a package that a policy offers. */
function offeredPackages(offer: Offer, policy: Policy): ReadonlyMap<string, string> {
  const { packages = [] } = offer.runtimes.items.find(({ name }) => name === policy.runtime) ?? {};
  const offered = new Set(modulesOf(policy, offer));
  return new Map(
    packages.flatMap(({ name, version }) => {
      const address = typeFiles.packages[`${name}@${version}`];
      return address !== undefined && offered.has(name) ? [[name, address] as const] : [];
    }),
  );
}

/** Those that stand between quotes in a script, with or without a path behind their name. */
export function namedPackages(
  files: readonly File[],
  offered: ReadonlyMap<string, string>,
): ReadonlyMap<string, string> {
  const named = [...offered].filter(([name]) =>
    files.some(({ text }) =>
      ["'", '"', '`'].some((quote) =>
        [quote, '/'].some((end) => text.includes(`${quote}${name}${end}`)),
      ),
    ),
  );
  return new Map(named);
}

/** The browser keeps it: its name holds its hash. */
async function fetchTypes(address: string): Promise<PackageTypes | null> {
  try {
    const response = await fetch(new URL(address, document.baseURI));
    return response.ok ? ((await response.json()) as PackageTypes) : null;
  } catch {
    return null;
  }
}
