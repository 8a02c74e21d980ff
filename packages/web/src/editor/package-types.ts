import type { PackageTypes } from '@castellan/protocol/runtimes';
import { useEffect, useState } from 'preact/hooks';
import { modulesOf, type Offer, type Policy } from '../session/offer.ts';
import type { File } from '../script/draft.ts';

/**
 * The types of the packages that a script names, by package, as they were made with the runtime; of others
 * nothing is loaded. A package that the policy does not offer has none.
 */
export function usePackageTypes(
  offer: Offer,
  policy: Policy,
  files: readonly File[],
): ReadonlyMap<string, PackageTypes> {
  const [loaded, setLoaded] = useState<ReadonlyMap<string, PackageTypes>>(new Map());
  const { runtime } = policy;
  const named = namedPackages(files, typedPackages(offer, policy));
  const wanted = [runtime, ...named].join('\n');
  useEffect(() => {
    let isGone = false;
    const typesOf = async (name: string) => {
      // Without them it is any.
      const types = await offer.typesOf(runtime ?? '', name).catch(() => null);
      return types === null ? [] : [[name, types] as const];
    };
    void Promise.all(named.map(typesOf)).then((found) => {
      if (!isGone) setLoaded(new Map(found.flat()));
    });
    return () => void (isGone = true);
  }, [wanted]);
  return loaded;
}

/** Names of the packages that a policy offers and that have types. */
function typedPackages(offer: Offer, policy: Policy): string[] {
  const { packages = [] } = offer.runtimes.items.find(({ name }) => name === policy.runtime) ?? {};
  const offered = new Set(modulesOf(policy, offer));
  return packages.flatMap(({ name, types }) => (types && offered.has(name) ? [name] : []));
}

/** Those that stand between quotes in a script, with or without a path behind their name. */
export function namedPackages(files: readonly File[], offered: readonly string[]): string[] {
  return offered.filter((name) =>
    files.some(({ text }) =>
      ["'", '"', '`'].some((quote) =>
        [quote, '/'].some((end) => text.includes(`${quote}${name}${end}`)),
      ),
    ),
  );
}
