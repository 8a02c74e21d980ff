import { useEffect, useState } from 'preact/hooks';
import type { Writing } from '../script/draft.ts';
import { readParams } from '../script/input.ts';
import { modulesOf, type Offer, type Policy } from '../session/offer.ts';
import { declarationsOf } from './declarations.ts';
import type { Libraries } from './monaco.ts';
import { usePackageTypes } from './package-types.ts';

/** The types of what a script has under a policy; null until they are here. */
export function useLibraries(
  offer: Offer,
  policy: Policy,
  { params, browser, files }: Pick<Writing, 'params' | 'browser' | 'files'>,
): Libraries | null {
  const hasBrowser = policy.browser && browser;
  const [large, setLarge] = useState<ReadonlyMap<string, string> | null>(null);
  const packages = usePackageTypes(offer, policy, files);
  const [libraries, setLibraries] = useState<Libraries | null>(null);

  useEffect(() => {
    let isGone = false;
    const file = hasBrowser ? typeFiles.puppeteer : typeFiles.web;
    const load = async (): Promise<void> => {
      const response = await fetch(new URL(file, document.baseURI));
      const text = await response.text();
      if (isGone || !response.ok) return;
      setLarge(
        hasBrowser
          ? new Map([
              ['node_modules/puppeteer-core/index.d.ts', text],
              ['node_modules/puppeteer/index.d.ts', again],
            ])
          : new Map([['web.d.ts', text]]),
      );
    };
    void load().catch(() => undefined);
    return () => void (isGone = true);
  }, [hasBrowser]);

  useEffect(() => {
    if (large === null) return;
    const read = readParams(params);
    const own = declarationsOf({
      engine: policy.engine,
      modules: modulesOf(policy, offer),
      typed: new Set(packages.keys()),
      helpers: policy.helpers,
      hasKv: policy.kv === true,
      hasBrowser,
      params: 'value' in read ? read.value : {},
    });
    const timer = setTimeout(
      () =>
        setLibraries({
          files: new Map([
            ...large,
            ['castellan.d.ts', own],
            ...[...packages.values()].flatMap((types) =>
              Object.entries(types.files).map(([path, text]) => [below(path), text] as const),
            ),
          ]),
          paths: Object.fromEntries(
            [...packages.values()].flatMap(({ entries }) =>
              Object.entries(entries).map(([specifier, path]) => [specifier, [below(path)]]),
            ),
          ),
          hasDom: hasBrowser,
        }),
      libraries === null ? 0 : 500,
    );
    return () => clearTimeout(timer);
  }, [large, offer, policy, params, hasBrowser, packages]);

  return libraries;
}

function below(path: string): string {
  return `packages/${path}`;
}

const again = "export * from 'puppeteer-core';\nexport { default } from 'puppeteer-core';\n";
