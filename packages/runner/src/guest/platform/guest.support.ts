import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import ivm from 'isolated-vm';
import { convert } from '../../engines/isolate/conversion.ts';
import { Natives } from '../../engines/isolate/native/natives.ts';
import { nodeCryptography } from '../../engines/isolate/cryptography.ts';
import { RunCrypto } from '../../engines/run-crypto.ts';
import { bundleLibrary, platformBuildOptions } from './bundling.ts';
import type { TransportEvents } from './host.ts';
import { libraryEntries, type LibraryName } from './library-names.ts';
import { lazyGlobalsIn } from './mentions.ts';

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
  import { nothingPending } from '../../entry/pending.ts';
  import { definePlatform } from '../platform.ts';
  const pending = nothingPending();
  const connect = definePlatform(globalThis, pending);
  globalThis.connectForTest = (...values) => {
    const platform = connect(...values);
    platform.pending = () => pending;
    return platform;
  };
`);
const snapshot = ivm.Isolate.createSnapshot([{ code: prelude, filename: 'prelude.js' }]);
const libraries = new Map<string, string>();
for (const name of Object.keys(libraryEntries)) {
  libraries.set(name, await bundleLibrary(name as LibraryName));
}

const hostNames = [
  'log',
  'wake',
  'now',
  'error',
  'library',
  'open',
  'send',
  'finish',
  'cancel',
  'pull',
  'random',
  'crypto',
  'convert',
  'native',
] as const;
type HostName = (typeof hostNames)[number];

const connect = `(() => {
  const { connectForTest, host, eval } = globalThis;
  delete globalThis.connectForTest;
  delete globalThis.host;
  const { log, wake, now, open, send, finish, cancel, pull, random, crypto, convert, native } = host;
  const platform = connectForTest(
    {
      log, wake, now,
      library: (name) => eval(host.library(name)),
      convert,
      native,
      transport: { open, send, finish, cancel, pull },
      crypto: { random, crypto },
    },
    { maxTextLength: MAX, onError: (error) => host.error(platform.inspect(error)) },
  );
  return (method, a, b, c) => (platform[method] ?? platform.fetchEvents[method])(a, b, c);
})()`;

export interface Line {
  readonly level: string;
  readonly text: string;
}

/** One call of the transport. */
export interface Sent {
  readonly method: 'open' | 'send' | 'finish' | 'cancel' | 'pull';
  readonly id: number;
  readonly value: unknown;
  readonly more: unknown;
}

/** A bare isolate with the platform in it, and a clock that only moves when a test moves it. */
export class Guest implements Disposable {
  readonly lines: Line[] = [];
  readonly errors: string[] = [];
  /** Milliseconds until the alarm that the guest has set; it goes off once. */
  alarm: number | null = null;
  /** Whether the alarm holds the run. */
  isHeld = false;
  wakes = 0;
  nowMs = 1000;
  /** Without them, compression is that of a visitor's browser. */
  hasNatives = true;
  readonly #isolate = new ivm.Isolate({ snapshot, memoryLimit: 64 });
  readonly #context: ivm.Context;
  readonly #platform: ivm.Reference<(method: string, ...values: unknown[]) => unknown>;
  readonly #crypto: RunCrypto;
  readonly #natives = new Natives(() => false);
  /** The guest's calls of the transport, in order, and the function that answers them. */
  readonly sent: Sent[] = [];
  onSent: (sent: Sent) => void = () => undefined;

  constructor(maxTextLength = 100_000) {
    this.#context = this.#isolate.createContextSync();
    const call = (method: string, ...values: unknown[]): void => {
      this.#platform.applySync(undefined, [method, ...values], { arguments: { copy: true } });
    };
    this.#crypto = new RunCrypto(nodeCryptography, (...values) => call('onCrypto', ...values));
    const note =
      (method: Sent['method']) =>
      (id: number, value?: unknown, more?: unknown): void => {
        const sent = { method, id, value, more };
        this.sent.push(sent);
        this.onSent(sent);
      };
    const functions: Record<HostName, unknown> = {
      log: (level: string, text: string) => void this.lines.push({ level, text }),
      wake: (ms: number | null, holds: boolean) => {
        this.alarm = ms;
        this.isHeld = holds;
        this.wakes++;
      },
      now: () => this.nowMs,
      error: (text: string) => void this.errors.push(text),
      library: (name: string) => libraries.get(name),
      open: note('open'),
      send: note('send'),
      finish: note('finish'),
      cancel: note('cancel'),
      pull: note('pull'),
      random: (length: number) => this.#crypto.random(length),
      crypto: (id: number, json: string, bytes: Uint8Array<ArrayBuffer>) =>
        this.#crypto.crypto(id, json, bytes),
      convert,
      native: (text: string, data: Uint8Array | string) =>
        this.hasNatives ? this.#natives.call(text, data) : '',
    };
    const host = this.#context.evalSync('globalThis.host = {}', {
      reference: true,
    }) as ivm.Reference<Record<string, unknown>>;
    for (const name of hostNames)
      host.setSync(name, new ivm.Callback(functions[name] as (...values: unknown[]) => unknown));
    const source = connect.replace('MAX', String(maxTextLength));
    this.#platform = this.#context.evalSync(source, { reference: true }) as ivm.Reference<
      (method: string, ...values: unknown[]) => unknown
    >;
  }

  /** Runs statements and returns what they return, by JSON. */
  run(statements: string): unknown {
    const source = `JSON.stringify((() => {${statements}\n})())`;
    const json: unknown = this.#context.evalSync(source, { filename: 'script.js', timeout: 5000 });
    return json === undefined ? undefined : (JSON.parse(json as string) as unknown);
  }

  /** Passes an event of the transport to the guest, unless it is disposed of. */
  tell<Name extends keyof TransportEvents>(
    name: Name,
    ...values: Parameters<TransportEvents[Name]>
  ): void {
    if (this.#isolate.isDisposed) return;
    this.#platform.applySync(undefined, [name, ...values], { arguments: { copy: true } });
  }

  /** Defines the lazy globals that a text mentions, as the runner does before a script starts. */
  define(text: string): void {
    this.#platform.applySync(undefined, ['define', lazyGlobalsIn(text)], {
      arguments: { copy: true },
    });
  }

  /** Runs statements with `await` in them and returns what they return, by JSON. */
  async runAsync(statements: string): Promise<unknown> {
    const source = `(async () => JSON.stringify(await (async () => {${statements}\n})()))()`;
    const json: unknown = await this.#context.evalSync(source, { promise: true, timeout: 5000 });
    return json === undefined ? undefined : (JSON.parse(json as string) as unknown);
  }

  /** Runs statements and returns the lines that they logged. */
  logged(statements: string): Line[] {
    this.lines.length = 0;
    this.run(statements);
    return this.lines.splice(0);
  }

  pendingTimers(): number {
    const pending = this.#platform.applySync(undefined, ['pending'], { result: { copy: true } });
    return (pending as { timer: number }).timer;
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
    this.#crypto[Symbol.dispose]();
    this.#isolate.dispose();
  }
}
