import { execFileSync } from 'node:child_process';
import { globSync } from 'node:fs';
import { dirname, join } from 'node:path';

interface Component {
  readonly 'bom-ref': string;
  readonly name: string;
}

interface Dependency {
  readonly ref: string;
  readonly dependsOn: readonly string[];
}

/** A software bill of materials, CycloneDX 1.5. */
export interface Bill {
  readonly metadata: { readonly component: object };
  readonly components: readonly Component[];
  readonly dependencies: readonly Dependency[];
}

/**
 * The bill of all packages together: what npm installs with them, what is bundled into the runner,
 * which is what the runner is built from, and the packages of the shipped runtimes.
 */
export function billOfMaterials(root: string, version: string): Bill {
  const runtimes = globSync('runtimes/*/package-lock.json', { cwd: root }).map(dirname);
  const bills = [
    npmBill(root, '--omit', 'dev', '--workspace', 'castellan'),
    npmBill(root, '--workspace', '@castellan/runner'),
    ...runtimes.map((folder) => npmBill(join(root, folder), '--package-lock-only')),
  ];
  const [first] = bills;
  if (first === undefined) throw new Error('npm made no bill');
  const components = new Map(
    bills.flatMap((bill) => bill.components.map((each) => [each['bom-ref'], each] as const)),
  );
  const dependencies = new Map<string, Set<string>>();
  for (const { ref, dependsOn } of bills.flatMap((bill) => bill.dependencies)) {
    const all = dependencies.get(ref) ?? new Set();
    for (const each of dependsOn) all.add(each);
    dependencies.set(ref, all);
  }
  const component = { ...first.metadata.component, name: 'castellan', version };
  return {
    ...first,
    metadata: { ...first.metadata, component },
    components: [...components.values()],
    dependencies: [...dependencies].map(([ref, all]) => ({ ref, dependsOn: [...all] })),
  };
}

function npmBill(cwd: string, ...args: string[]): Bill {
  const all = ['sbom', '--sbom-format', 'cyclonedx', '--sbom-type', 'application', ...args];
  const said = execFileSync('npm', all, { cwd, encoding: 'utf8', maxBuffer: 2 ** 26 });
  return JSON.parse(said) as Bill;
}
