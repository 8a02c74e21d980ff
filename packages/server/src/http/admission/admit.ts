import { isUtf8 } from 'node:buffer';
import { isEntryPath, isSourcePath } from '@castellan/protocol/paths';
import {
  base64Bytes,
  faultOfEntry,
  faultOfFiles,
  shown,
  type SourceFile,
  type SourceFiles,
} from '@castellan/protocol/kinds';
import { JsonText } from '@castellan/protocol/json';
import { getsBrowser, type Limits, recordParts } from '@castellan/protocol';
import { wholeInput } from '@castellan/protocol/run-input';
import type { Caller } from '../../keys/keys.ts';
import type { Offer, OfferOf } from '../../policies/offer.ts';
import type { Policy } from '../../policies/policy.ts';
import type { Submission } from '../../runs/contract/runs.ts';
import { ProblemError, scalarOf } from '../problems/problem.ts';
import type { CheckBody, RunBody } from '../schemas/request.ts';
import { payloadHash } from './idempotency.ts';
import { policyOf } from './policy-of.ts';
import { refuseBadHosts, refuseHosts, refuseModules } from './narrow.ts';
import { resolveUnderCeilings } from './ceilings.ts';
import { placementOf } from './placement.ts';

/** The parts of the service that decide about a request. */
export interface Rules {
  readonly policies: ReadonlyMap<string, Policy>;
  readonly offerOf: OfferOf;
}

/** Returns the tenant that a request names, or the caller's own. */
export function tenantOf(asked: string | undefined, caller: Caller): string {
  if (asked === undefined || asked === caller.tenant || caller.mayNameTenant) {
    return asked ?? caller.tenant;
  }
  throw new ProblemError(
    'tenant_denied',
    `This key is of the tenant ${shown(caller.tenant)} and may not name ${shown(asked)}.`,
    { value: scalarOf(asked), allowed: [caller.tenant] },
  );
}

/**
 * Turns a validated body into a submission. Throws if it asks for anything that the policy does not
 * offer.
 */
export function admit(
  body: RunBody,
  caller: Caller,
  rules: Rules,
  idempotency: {
    readonly subject: string;
    readonly key: string;
    /** What is compared with the request that had the key first. */
    readonly asked: { readonly params?: unknown };
  } | null,
): Submission {
  const policy = policyOf(body.policy, caller, rules);
  const tenant = tenantOf(body.tenant, caller);
  const offer = rules.offerOf(policy.name);
  refuseWhatIsNotOffered(body, policy, offer);
  const limits = resolveUnderCeilings(body.limits ?? {}, policy, hasBrowser(body, policy));
  const source = sourceOf(body, limits.sourceBytes);
  // From the body to the script, the parameters stay this text.
  const params = body.params instanceof JsonText ? body.params.text : '{}';
  refuseLarger(params, limits, 'The parameters are', 'bytes of JSON');
  const input = wholeInput(body, params);
  refuseLarger(input.stdin, limits, 'The stdin is', 'bytes');
  refuseModules(input.modules, offer);
  refuseBadHosts(input.network);
  refuseHosts(input.network, policy);
  return {
    source,
    input,
    limits,
    ...(body.secrets === undefined || body.secrets.length === 0 ? {} : { secrets: body.secrets }),
    tenant,
    policy: policy.name,
    runtime: offer.runtime,
    engine: policy.engine,
    reuse: policy.reuse,
    ttlMs: within(body.queue?.ttlMs, policy.maxTtlMs, 'queue.ttlMs', policy),
    priority: body.queue?.priority ?? 0,
    maxAttempts: within(
      body.retry?.maxAttempts ?? 1,
      policy.maxAttempts,
      'retry.maxAttempts',
      policy,
    ),
    caps: policy.queue,
    placement: placementOf(body.placement?.labels ?? {}, policy),
    idempotency: idempotency && {
      scope: `${idempotency.subject} ${tenant}`,
      key: idempotency.key,
      payload: payloadHash(idempotency.asked, params),
    },
  };
}

/** The same for a check: only the fields that checking needs. */
export function admitCheck(body: CheckBody, caller: Caller, rules: Rules) {
  const policy = policyOf(body.policy, caller, rules);
  const tenant = tenantOf(body.tenant, caller);
  const offer = rules.offerOf(policy.name);
  refuseWhatIsNotOffered(body, policy, offer);
  const { modules = null } = body;
  refuseModules(modules, offer);
  const source = sourceOf(body, policy.limits.sourceBytes);
  return { source, modules, policy: policy.name, limits: policy.limits, tenant };
}

function refuseWhatIsNotOffered(body: Partial<RunBody>, policy: Policy, offer: Offer): void {
  const refuse = (
    field: string,
    value: unknown,
    offered: string,
    allowed?: readonly string[],
  ): never => {
    const detail = `${field} ${shown(value)} is not offered by the policy ${shown(policy.name)}. ${offered}`;
    throw new ProblemError('not_supported', detail, {
      errors: [
        {
          pointer: `/${field.replace('.', '/')}`,
          detail,
          value: scalarOf(value),
          allowed: allowed ?? null,
        },
      ],
    });
  };
  const { engine, isolation, browser, runtime, record } = body;
  if (engine !== undefined && engine !== policy.engine) {
    refuse('engine', engine, `Its engine is ${policy.engine}.`, [policy.engine]);
  }
  const offered = ['auto', ...offer.drivers];
  const wanted = isolation ?? 'auto';
  if (!offered.includes(wanted)) {
    refuse('isolation', wanted, `It offers ${offered.join(', ')}.`, offered);
  }
  const wantsBrowser = browser !== undefined && browser !== false;
  if (wantsBrowser && policy.browser === false) refuse('browser', browser, 'It has no browser.');
  for (const part of recordParts) {
    if (record?.[part] !== true || policy.record[part]) continue;
    const parts = recordParts.filter((name) => policy.record[name]);
    refuse(`record.${part}`, true, `It records ${parts.join(', ') || 'nothing'}.`, parts);
  }
  if (runtime !== undefined && runtime !== offer.runtime) {
    refuse('runtime', runtime, `Its runtime is ${shown(offer.runtime)}.`);
  }
}

/** As the sandbox decides it: limits are settled here, and a browser is given there. */
function hasBrowser({ browser, code, files }: RunBody, policy: Policy): boolean {
  if (policy.browser === false) return false;
  return getsBrowser(browser ?? true, files === undefined ? [code ?? ''] : sourceTexts(files));
}

function* sourceTexts(files: SourceFiles): Generator<string> {
  for (const [path, file] of Object.entries(files)) {
    if (!isSourcePath(path)) continue;
    yield typeof file === 'string' ? file : Buffer.from(file.base64, 'base64').toString();
  }
}

function refuseLarger(text: string, { paramsBytes }: Limits, subject: string, unit: string): void {
  const bytes = Buffer.byteLength(text);
  if (bytes <= paramsBytes) return;
  throw new ProblemError(
    'params_too_large',
    `${subject} ${bytes} ${unit}; paramsBytes is ${paramsBytes}.`,
  );
}

function sourceOf(
  body: Pick<RunBody, 'code' | 'files' | 'entry'>,
  sourceBytes: number,
): Submission['source'] {
  const { code, files, entry } = body;
  const sizes =
    files === undefined ? [Buffer.byteLength(code ?? '')] : Object.values(files).map(bytesOf);
  const bytes = sizes.reduce((sum, size) => sum + size, 0);
  if (bytes > sourceBytes) {
    throw new ProblemError(
      'source_too_large',
      `The source is ${bytes} bytes; sourceBytes is ${sourceBytes}.`,
    );
  }
  if (files === undefined || entry === undefined) return code ?? '';
  const clash = faultOfFiles(Object.keys(files)) ?? unreadable(files);
  if (clash !== null) {
    const { path, fault } = clash;
    throw wrong(`/files/${pointerStep(path)}`, `files: ${shown(path)} ${fault}.`, path);
  }
  const fault = faultOfEntry(files, entry);
  if (fault !== null) {
    const allowed = Object.keys(files).filter(isEntryPath).slice(0, 20);
    throw wrong('/entry', `entry: ${shown(entry)} ${fault}.`, entry, allowed);
  }
  return { files, entry };
}

function wrong(
  pointer: string,
  detail: string,
  value: string,
  allowed: readonly string[] | null = null,
): ProblemError {
  const errors = [{ pointer, detail, value: scalarOf(value), allowed }];
  return new ProblemError('invalid_request', detail, { errors });
}

/** As a JSON Pointer (RFC 6901) has it. */
function pointerStep(path: string): string {
  return path.replaceAll('~', '~0').replaceAll('/', '~1');
}

/** Base64 counts as the bytes that it stands for; it is decoded in the launcher only. */
function bytesOf(file: SourceFile): number {
  return typeof file === 'string' ? Buffer.byteLength(file) : base64Bytes(file.base64);
}

/** A source that came as base64 and is no text. */
function unreadable(files: SourceFiles): { path: string; fault: string } | null {
  for (const [path, file] of Object.entries(files)) {
    if (typeof file === 'string' || !isSourcePath(path)) continue;
    if (isUtf8(Buffer.from(file.base64, 'base64'))) continue;
    return { path, fault: 'is no text in UTF-8, and its name says that it is a source' };
  }
  return null;
}

function within(value: number | undefined, most: number, field: string, policy: Policy): number {
  if (value === undefined || value <= most) return value ?? most;
  const detail = `${field} is ${value}; the policy ${shown(policy.name)} allows at most ${most}.`;
  throw new ProblemError('limit_above_ceiling', detail, {
    errors: [{ pointer: `/${field.replaceAll('.', '/')}`, detail, value }],
  });
}
