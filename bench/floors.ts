import { spawn } from 'node:child_process';
import { once } from 'node:events';
import ivm from 'isolated-vm';

/** Floor A: a bare Node process from start to end. */
export async function bareNode(flags: readonly string[] = []): Promise<void> {
  await command(process.execPath, [...flags, '-e', '0']);
}

export async function command(program: string, args: readonly string[]): Promise<void> {
  const child = spawn(program, args, { stdio: 'ignore' });
  const [code] = (await once(child, 'exit')) as [number | null];
  if (code !== 0) throw new Error(`${program} ended with ${code}`);
}

/** Floor B: raw isolated-vm, a fresh isolate and context, one call, in this process. */
export function rawIsolate(): void {
  const isolate = new ivm.Isolate({ memoryLimit: 128 });
  const context = isolate.createContextSync();
  const script = isolate.compileScriptSync('(function (a) { return a + 1 })');
  const call = script.runSync(context, { reference: true }) as ivm.Reference<(a: number) => number>;
  if (call.applySync(undefined, [1]) !== 2) throw new Error('wrong result');
  isolate.dispose();
}
