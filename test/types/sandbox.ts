// The types that an embedder sees. tsc checks this file; nothing runs it.
import {
  type Checked,
  createSandbox,
  type Isolation,
  type Json,
  type Limits,
  type NetworkEntry,
  type Problem,
  type Run,
  type RunEvent,
  type RunHandle,
  type Sandbox,
  type SandboxOptions,
} from '@castellan/sandbox';
import { holds, type Same } from './same.support.ts';

export async function sandboxOptions(): Promise<void> {
  holds<Same<ReturnType<typeof createSandbox>, Promise<Sandbox>>>();
  await createSandbox();
  await createSandbox({
    engine: 'node',
    isolation: 'auto',
    reuse: 'tenant',
    limits: { wallMs: 1_000 },
    runtime: null,
    modules: ['dayjs'] as const,
    network: { allow: ['example.com:443'] },
    warm: 0,
    concurrency: 2,
    browser: { warm: 1 },
    floor: ['userns', 'nofork'],
  });
  // @ts-expect-error an engine that does not exist
  await createSandbox({ engine: 'deno' });
  // @ts-expect-error a limit that does not exist
  await createSandbox({ limits: { wall: 1_000 } });
  // @ts-expect-error a limit is a number
  await createSandbox({ limits: { wallMs: '1s' } });
  // @ts-expect-error a layer that does not exist
  await createSandbox({ floor: ['moat'] });
  // @ts-expect-error an option that does not exist
  await createSandbox({ timeout: 1_000 });
  // @ts-expect-error left out is not the same as undefined
  await createSandbox({ warm: undefined });
  holds<Same<NonNullable<SandboxOptions['limits']>, Partial<Limits>>>();
}

export async function handle(sandbox: Sandbox): Promise<void> {
  const running = sandbox.run('return params', { params: { any: 'value' }, tenant: 'acme' });
  holds<Same<typeof running, RunHandle>>();
  holds<Same<typeof running.id, string>>();
  holds<Same<typeof running.network, readonly NetworkEntry[]>>();
  holds<Same<ReturnType<typeof running.artifact>, Uint8Array | undefined>>();
  for await (const event of running) holds<Same<typeof event, RunEvent>>();
  const run = await running;
  holds<Same<typeof run, Run>>();
  holds<typeof running extends Promise<Run> ? true : false>();
  holds<Same<Awaited<ReturnType<typeof running.finally>>, Run>>();

  await sandbox.run({ files: { 'main.ts': '' }, entry: 'main.ts' });
  // @ts-expect-error several files need an entry
  await sandbox.run({ files: { 'main.ts': '' } });
  // @ts-expect-error an environment holds strings
  await sandbox.run('', { env: { A: 1 } });
  // @ts-expect-error an option of the sandbox, not of a run
  await sandbox.run('', { engine: 'node' });

  const compiled = await sandbox.compile('export default ({ a }) => a');
  holds<Same<ReturnType<typeof compiled>, RunHandle>>();
  await compiled({ a: 1 }, { tenant: 'acme' });
  // @ts-expect-error the parameters are the first argument
  await compiled({ a: 1 }, { params: {} });

  const checked = await sandbox.check('1');
  holds<Same<typeof checked, Checked>>();
  holds<Same<(typeof checked.problems)[number], Problem>>();
}

export async function disposal(): Promise<void> {
  await using sandbox = await createSandbox();
  holds<Same<ReturnType<typeof sandbox.close>, Promise<void>>>();
}

export function resultOf(run: Run): void {
  holds<Same<typeof run.value, Json>>();
  holds<Same<typeof run.isolation, Isolation>>();
  if (run.reason === 'wall_timeout') holds<Same<typeof run.reason, 'wall_timeout'>>();
  // @ts-expect-error a reason that does not exist
  if (run.reason === 'too_slow') return;
  // @ts-expect-error a run is read only
  run.status = 'succeeded';
  if (run.error !== null) holds<Same<typeof run.error.line, number | null>>();
}

export function narrowing(event: RunEvent): string {
  holds<Same<typeof event.seq, number>>();
  switch (event.type) {
    case 'log':
      holds<Same<typeof event.stream, 'stdout' | 'stderr'>>();
      return event.text;
    case 'progress':
      return `${event.fraction} ${event.text}`;
    case 'artifact':
      return event.artifact.name;
    case 'network':
      return event.request.host;
    case 'run.queued':
    case 'run.finished':
      holds<Same<typeof event.run, Run>>();
      return event.run.id;
    case 'run.started':
      holds<Same<keyof typeof event, 'type' | 'seq' | 'time'>>();
      return event.time;
    default:
      return event satisfies never;
  }
}
