import { HostError, readHost } from '@castellan/protocol/hosts';
import { placeholderOf, secretValue, shown } from '@castellan/protocol/kinds';
import { ProblemError } from '../problems/problem.ts';
import type { NewSecretBody } from '../schemas/secrets.ts';

/** Throws for a secret that no run could use, or that any could tell. No error shows the value. */
export function refuseUnusable(
  name: string,
  { value, hosts = [], headers = [], env, functions }: NewSecretBody,
): void {
  if (env === true) {
    if (hosts.length + headers.length > 0) {
      refuse(
        '/hosts',
        'A secret in env goes wherever its script sends it. Leave hosts and headers out, or env.',
      );
    }
    if (functions === undefined) {
      refuse(
        '/functions',
        'Whoever may run scripts could read a secret in env. Name the functions that have it in functions.',
      );
    }
    return;
  }
  if (hosts.length === 0) {
    refuse(
      '/hosts',
      'The secret is bound to no host, so nothing could ever use it. Name the hosts that it is for, such as ["api.example.com"], or set env.',
    );
  }
  for (const [index, host] of hosts.entries()) refuseHost(host, index);
  for (const [index, header] of headers.entries()) {
    if (/^[!#$%&'*+.^_`|~\da-zA-Z-]+$/.test(header)) continue;
    refuse(`/headers/${index}`, `${shown(header)} is no name of a header.`);
  }
  if (!isHeaderText(value)) {
    refuse('/value', `The value must be ${secretValue.says}: it is sent in headers.`);
  }
  if (placeholderOf(name).toLowerCase().includes(value.toLowerCase())) {
    refuse(
      '/value',
      `The value is a part of ${placeholderOf(name)}, which stands for it. Issue another one.`,
    );
  }
}

function refuseHost(host: string, index: number): void {
  try {
    if (readHost(host).kind !== 'any') return;
  } catch (error) {
    if (!(error instanceof HostError)) throw error;
    refuse(`/hosts/${index}`, `${error.message}.`);
  }
  refuse(`/hosts/${index}`, 'A secret for every host is one for nobody to keep. Name the hosts.');
}

function isHeaderText(value: string): boolean {
  try {
    secretValue.read(value);
    return true;
  } catch {
    return false;
  }
}

function refuse(pointer: string, detail: string): never {
  throw new ProblemError('invalid_request', detail, { errors: [{ pointer, detail }] });
}
