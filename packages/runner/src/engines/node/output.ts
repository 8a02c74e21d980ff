import { Console } from 'node:console';
import { Writable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import type { LogLevel } from '@castellan/protocol';

type Log = (level: LogLevel, text: string) => void;

/** The log level of each console method; methods that are not here call one of these. */
const levels: Readonly<Record<string, LogLevel>> = {
  log: 'info',
  info: 'info',
  debug: 'debug',
  warn: 'warn',
  error: 'error',
  trace: 'error',
  assert: 'warn',
  dir: 'info',
  dirxml: 'info',
  table: 'info',
  group: 'info',
  groupCollapsed: 'info',
  groupEnd: 'info',
  time: 'warn',
  timeLog: 'info',
  timeEnd: 'info',
  count: 'info',
  countReset: 'warn',
};

/** Turns the script's console and standard streams into log lines; a console call is one line. */
export class Output {
  readonly #log: Log;
  readonly #lines: Lines[] = [];

  constructor(log: Log) {
    this.#log = log;
  }

  /** Replaces the methods of `console`, `process.stdout` and `process.stderr`. */
  install(): void {
    this.#stream('stdout', 1, 'info');
    this.#stream('stderr', 2, 'error');
    let level: LogLevel = 'info';
    const sink = new Writable({
      decodeStrings: false,
      write: (text: string, _encoding, done) => {
        this.flush();
        this.#log(level, text.replace(/\n$/, ''));
        done();
      },
    });
    const inner = new Console({ stdout: sink, stderr: sink, colorMode: false });
    for (const [name, own] of Object.entries(levels)) {
      const method = inner[name as 'log'];
      const call = (...values: unknown[]): void => {
        level = own;
        Reflect.apply(method, inner, values);
      };
      Object.defineProperty(call, 'name', { value: name });
      console[name as 'log'] = call;
    }
  }

  /** Writes the text after the last line end. */
  flush(): void {
    for (const lines of this.#lines) lines.flush();
  }

  #stream(name: 'stdout' | 'stderr', fd: number, level: LogLevel): void {
    const lines = new Lines((text) => this.#log(level, text));
    this.#lines.push(lines);
    const stream = new Writable({
      write(chunk: Buffer, _encoding, done) {
        lines.take(chunk);
        done();
      },
    });
    Object.defineProperty(stream, 'fd', { value: fd });
    Object.defineProperty(process, name, { value: stream, configurable: true, enumerable: true });
  }
}

/** Bounds the text that is held back for a script that never ends a line. */
const longestHeld = 16_384;

/** Splits a stream of bytes into lines. */
class Lines {
  readonly #decoder = new StringDecoder('utf8');
  readonly #write: (line: string) => void;
  #held = '';

  constructor(write: (line: string) => void) {
    this.#write = write;
  }

  take(bytes: Buffer): void {
    const lines = (this.#held + this.#decoder.write(bytes)).split('\n');
    this.#held = lines.pop() ?? '';
    for (const line of lines) this.#write(line);
    if (this.#held.length > longestHeld) this.flush();
  }

  flush(): void {
    const held = this.#held;
    this.#held = '';
    if (held !== '') this.#write(held);
  }
}
