import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import ivm from 'isolated-vm';
import { bundleLibrary, platformBuildOptions } from './bundling.ts';
import { libraryEntries, type LibraryName } from './library-names.ts';

const folder = fileURLToPath(new URL('.', import.meta.url));

/** Bundles a guest entry of this folder as the prelude does it. */
async function bundleGuest(contents: string): Promise<string> {
  const result = await build({
    ...platformBuildOptions,
    stdin: { contents, resolveDir: folder, loader: 'ts' },
    write: false,
  });
  return result.outputFiles[0]!.text;
}

const prelude = await bundleGuest(`
  import { definePlatform } from './index.ts';
  globalThis.connectForTest = definePlatform(globalThis);
`);
const snapshot = ivm.Isolate.createSnapshot([{ code: prelude, filename: 'prelude.js' }]);
const libraries = new Map<string, string>();
for (const name of Object.keys(libraryEntries)) {
  libraries.set(name, await bundleLibrary(name as LibraryName));
}

const connect = `(() => {
  const { connectForTest, hostLog, hostWake, hostNow, hostError, hostLibrary, eval } = globalThis;
  for (const name of ['connectForTest', 'hostLog', 'hostWake', 'hostNow', 'hostError', 'hostLibrary']) {
    delete globalThis[name];
  }
  const platform = connectForTest(
    { log: hostLog, wake: hostWake, now: hostNow, library: (name) => eval(hostLibrary(name)) },
    { maxTextLength: MAX, onError: (error) => hostError(platform.inspect(error)) },
  );
  return (method) => platform[method]();
})()`;

export interface Line {
  readonly level: string;
  readonly text: string;
}

/** A bare isolate with the platform in it, and a clock that only moves when a test moves it. */
export class Guest implements Disposable {
  readonly lines: Line[] = [];
  readonly errors: string[] = [];
  /** Milliseconds until the alarm that the guest asked for; an alarm goes off once. */
  alarm: number | null = null;
  wakes = 0;
  nowMs = 1000;
  readonly #isolate = new ivm.Isolate({ snapshot, memoryLimit: 64 });
  readonly #context: ivm.Context;
  readonly #platform: ivm.Reference<(method: string) => unknown>;

  constructor(maxTextLength = 100_000) {
    this.#context = this.#isolate.createContextSync();
    const { global } = this.#context;
    global.setSync(
      'hostLog',
      new ivm.Callback((level: string, text: string) => void this.lines.push({ level, text })),
    );
    global.setSync(
      'hostWake',
      new ivm.Callback((ms: number | null) => {
        this.alarm = ms;
        this.wakes++;
      }),
    );
    global.setSync('hostNow', new ivm.Callback(() => this.nowMs));
    global.setSync('hostError', new ivm.Callback((text: string) => void this.errors.push(text)));
    global.setSync('hostLibrary', new ivm.Callback((name: string) => libraries.get(name)));
    const source = connect.replace('MAX', String(maxTextLength));
    this.#platform = this.#context.evalSync(source, { reference: true }) as ivm.Reference<
      (method: string) => unknown
    >;
  }

  /** Runs statements; gives what they return, as JSON. */
  run(statements: string): unknown {
    const source = `JSON.stringify((() => {${statements}\n})())`;
    const json: unknown = this.#context.evalSync(source, { filename: 'script.js', timeout: 5000 });
    return json === undefined ? undefined : (JSON.parse(json as string) as unknown);
  }

  /** Runs statements with `await` in them; gives what they return, as JSON. */
  async runAsync(statements: string): Promise<unknown> {
    const source = `(async () => JSON.stringify(await (async () => {${statements}\n})()))()`;
    const json: unknown = await this.#context.eval(source, { promise: true, timeout: 5000 });
    return json === undefined ? undefined : (JSON.parse(json as string) as unknown);
  }

  /** Runs statements; gives the lines that they logged. */
  logged(statements: string): Line[] {
    this.lines.length = 0;
    this.run(statements);
    return this.lines.splice(0);
  }

  pendingTimers(): number {
    return this.#platform.applySync(undefined, ['pendingTimers']) as number;
  }

  /** Moves the clock to the alarm, as the host's own timer would, until no alarm is left. */
  fireAll(limit = 100): void {
    for (let count = 0; this.alarm !== null && count < limit; count++) {
      this.nowMs += this.alarm;
      this.alarm = null;
      this.fire();
    }
  }

  fire(): void {
    this.#platform.applySync(undefined, ['fireTimer']);
  }

  [Symbol.dispose](): void {
    this.#isolate.dispose();
  }
}
