import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Manifest } from './helm.support.ts';
import { tools } from './helm.support.ts';

/** Which package has the schemas of a group. */
const extensions: Readonly<Record<string, string>> = {
  'keda.sh': '@kubernetes-models/keda',
  'monitoring.coreos.com': '@kubernetes-models/prometheus-operator',
};

function moduleOf({ apiVersion, kind }: Manifest): string {
  const [group = ''] = apiVersion.split('/');
  return join(tools, extensions[group] ?? 'kubernetes-models', apiVersion, kind);
}

interface Model {
  validate(): void;
}

/** Throws what the JSON schema of its kind has against a manifest. */
export async function validate(manifest: Manifest): Promise<void> {
  const models = (await import(pathToFileURL(`${moduleOf(manifest)}.js`).href)) as Readonly<
    Record<string, new (data: Manifest) => Model>
  >;
  const Kind = models[manifest.kind];
  if (Kind === undefined) throw new Error(`No schema of ${manifest.apiVersion} ${manifest.kind}`);
  new Kind(manifest).validate();
}

/**
 * Returns what the compiler says of fields that Kubernetes does not know, or of values of another type:
 * the schemas let unknown fields pass, as an older API server does, and drops them.
 */
export function unknownFields(manifests: readonly Manifest[]): string {
  const folder = mkdtempSync(join(tools, '.manifests-'));
  try {
    const kinds = new Map(manifests.map((each) => [`${each.apiVersion} ${each.kind}`, each]));
    const names = [...kinds.keys()];
    const imports = [...kinds.values()].map(
      (each, at) =>
        `import type { I${each.kind} as K${at} } from ${JSON.stringify(`${moduleOf(each)}.js`)};`,
    );
    const checks = manifests.map((each) => {
      const at = names.indexOf(`${each.apiVersion} ${each.kind}`);
      return `(${JSON.stringify(each, null, 1)}) satisfies K${at};`;
    });
    const file = join(folder, 'manifests.ts');
    writeFileSync(file, [...imports, ...checks].join('\n'));
    const flags = ['--noEmit', '--strict', '--skipLibCheck', '--pretty', 'false'];
    const how = ['--module', 'nodenext', '--target', 'es2023', '--types', '', '--ignoreConfig'];
    const tsc = join(import.meta.dirname, '../../node_modules/.bin/tsc');
    execFileSync(tsc, [...flags, ...how, file], { encoding: 'utf8', stdio: 'pipe' });
    return '';
  } catch (error) {
    return (error as { readonly stdout: string }).stdout;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
