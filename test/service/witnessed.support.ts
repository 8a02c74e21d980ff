import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Service, type ServiceOptions, startService } from './service.support.ts';

const witness = new URL('fixtures/witness.ts', import.meta.url).href;

/** Below what runs at a time in all, so that it is the cap that holds. */
const runningCap = Math.max(2, 4 * availableParallelism() - 2);

/** A service and what the checker holds its store against. */
export interface Witnessed extends AsyncDisposable {
  readonly service: Service;
  /** A folder of the test's own, which goes with the service. */
  readonly folder: string;
  readonly evidence: {
    readonly data: string;
    /** One line for each start of user code, written by the launcher's own helper. */
    readonly marks: string;
    /** Runs of one tenant at a time. */
    readonly runningCap: number;
  };
}

/** Starts a service whose scripts have the helper `mark`, and whose tenants may ask for a lot. */
export async function startWitnessed(
  options: Omit<ServiceOptions, 'config'> & { readonly config?: object } = {},
): Promise<Witnessed> {
  const folder = mkdtempSync(join(tmpdir(), 'castellan-faults-'));
  const marks = join(folder, 'marks');
  writeFileSync(marks, '');
  const config = configText(marks, options.config ?? {});
  const service = await startService({ ...options, config });
  return {
    service,
    folder,
    evidence: { data: service.data, marks, runningCap },
    [Symbol.asyncDispose]: async () => {
      await service[Symbol.asyncDispose]();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function configText(marks: string, config: object): string {
  const policy = {
    warm: 1,
    maxAttempts: 3,
    rate: { perMinute: 1e6, perAddressPerMinute: 1e6, inFlight: 1_000 },
    queue: { running: runningCap, queued: 100_000 },
  };
  return `
    import { mark } from ${JSON.stringify(witness)};
    const policy = ${JSON.stringify(policy)};
    export default {
      logLevel: 'info',
      ...${JSON.stringify(config)},
      policies: { default: { ...policy, helpers: { mark: mark(${JSON.stringify(marks)}) } } },
    };`;
}
