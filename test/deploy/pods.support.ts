import type { Manifest } from './helm.support.ts';

export interface Container {
  readonly args: readonly string[];
  readonly env?: readonly { readonly name: string; readonly value?: string }[];
  readonly ports?: unknown;
  readonly securityContext: {
    readonly privileged: boolean;
    readonly allowPrivilegeEscalation: boolean;
    readonly readOnlyRootFilesystem: boolean;
    readonly procMount?: string;
    readonly capabilities: object;
  };
}

interface PodSpec {
  readonly hostUsers?: boolean;
  readonly hostNetwork?: boolean;
  readonly hostPID?: boolean;
  readonly hostIPC?: boolean;
  readonly initContainers?: unknown;
  readonly automountServiceAccountToken: boolean;
  readonly terminationGracePeriodSeconds?: number;
  readonly securityContext: {
    readonly runAsNonRoot: boolean;
    readonly runAsUser: number;
    readonly runAsGroup: number;
    readonly seccompProfile: object;
  };
  readonly volumes: readonly object[];
  readonly containers: readonly Container[];
}

export interface Pod {
  /** Of what makes it. */
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly spec: PodSpec;
  readonly args: readonly string[];
}

/** The pods that manifests make, by themselves or by their templates. */
export function podsOf(manifests: readonly Manifest[]): Pod[] {
  return manifests.flatMap(({ kind, metadata, spec }) => {
    const { name } = metadata;
    const pod =
      kind === 'Pod'
        ? { metadata, spec: spec as PodSpec }
        : (spec as { readonly template?: { metadata: Manifest['metadata']; spec: PodSpec } })
            ?.template;
    if (pod === undefined) return [];
    const { labels } = pod.metadata;
    return [{ name, labels, spec: pod.spec, args: pod.spec.containers[0]?.args ?? [] }];
  });
}

export interface Selecting {
  readonly selector: { readonly matchLabels: object };
  readonly podSelector: { readonly matchLabels: object };
}

export interface Policy {
  readonly policyTypes: readonly string[];
  readonly ingress?: unknown;
  readonly egress: readonly {
    readonly to?: readonly { readonly ipBlock?: { readonly except?: readonly string[] } }[];
    readonly ports?: readonly { readonly port: unknown }[];
  }[];
}

export const matches = (selector: object, labels: Readonly<Record<string, string>>): boolean =>
  Object.entries(selector).every(([name, value]) => labels[name] === value);
