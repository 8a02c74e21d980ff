import { Console } from 'node:console';
import { Writable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import type { LogLevel } from '@castellan/protocol';
import { apply, stringSlice, stringSplit, uncurry } from '../../entry/natives.ts';

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
    const stdout = this.#stream('stdout', 1, 'info');
    const stderr = this.#stream('stderr', 2, 'error');
    let level: LogLevel = 'info';
    const sink = {
      write: (text: string): void => {
        const stream = level === 'warn' || level === 'error' ? stderr : stdout;
        // As in Node, the console writes by what a script has put there.
        if (stream.write !== ownWrite) return void apply(stream.write, stream, [text]);
        this.flush();
        this.#log(level, text[text.length - 1] === '\n' ? stringSlice(text, 0, -1) : text);
      },
    } as unknown as Writable;
    // With its own care for errors the console would look up what an event emitter can do.
    const inner = new Console({
      stdout: sink,
      stderr: sink,
      colorMode: false,
      ignoreErrors: false,
    });
    for (const [name, own] of Object.entries(levels)) {
      const method = inner[name as 'log'];
      const call = (...values: unknown[]): void => {
        level = own;
        apply(method as (...values: unknown[]) => void, inner, values);
      };
      Object.defineProperty(call, 'name', { value: name });
      console[name as 'log'] = call;
    }
  }

  /** Writes the text after the last line end. */
  flush(): void {
    for (let at = 0; at < this.#lines.length; at++) this.#lines[at]!.flush();
  }

  #stream(name: 'stdout' | 'stderr', fd: number, level: LogLevel): Writable {
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
    return stream;
  }
}

const decode = uncurry(StringDecoder.prototype.write);
const ownWrite = Writable.prototype.write;

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
    const lines = stringSplit(this.#held + decode(this.#decoder, bytes), '\n');
    const last = lines.length - 1;
    this.#held = lines[last] ?? '';
    for (let at = 0; at < last; at++) this.#write(lines[at]!);
    if (this.#held.length > longestHeld) this.flush();
  }

  flush(): void {
    const held = this.#held;
    this.#held = '';
    if (held !== '') this.#write(held);
  }
}
