import { frameTypes, type PortFrame } from '@castellan/protocol/frames';
import type { FrameFunctions } from '../../guest/host.ts';
import { decodeText, encodeText } from './natives.ts';
import { entry } from './files.ts';

const { stringify } = JSON;

/** Sends a frame to the page; what may be posted there is only this. */
export type Send = (frame: PortFrame) => void;

/** What a worker refuses by itself, in a turn of its own. */
export interface Refuse {
  request(id: number): void;
  call(id: number, answer: object): void;
}

const noArtifacts = {
  ok: false,
  code: 'not_supported',
  message: 'A browser sandbox keeps no artifacts: return the text, or run the script on a service',
};

/** The host functions that become a frame to the page. */
export class PortFrames implements FrameFunctions {
  readonly #send: Send;
  readonly #source: string;
  readonly #refuse: Refuse;

  constructor(send: Send, source: string, refuse: Refuse) {
    this.#send = send;
    this.#source = source;
    this.#refuse = refuse;
  }

  log(level: string, text: string): void {
    this.#frame(frameTypes.log, { level }, text);
  }

  progress(fraction: number, text: string): void {
    this.#frame(frameTypes.progress, { fraction, text });
  }

  artifact(id: number): void {
    this.#refuse.call(id, noArtifacts);
  }

  artifactRead(id: number): void {
    this.#refuse.call(id, noArtifacts);
  }

  file(path: string, asText: boolean): Uint8Array | string | undefined {
    if (path !== entry) return undefined;
    return asText ? this.#source : encodeText(this.#source);
  }

  fileNames(): string {
    return entry;
  }

  text(bytes: Uint8Array): string {
    return decodeText(bytes);
  }

  call(id: number, path: string, args: string, bytes: Uint8Array | null): void {
    if (bytes !== null) throw new TypeError(`${path}() takes JSON here, no bytes and no functions`);
    this.#frame(frameTypes.call, { id, path }, args);
  }

  returned(): void {}

  callSync(path: string): string {
    throw new TypeError(`${path}() cannot answer at once in a browser`);
  }

  replyBytes(): Uint8Array {
    return new Uint8Array(0);
  }

  fetchOpen(id: number): void {
    this.#refuse.request(id);
  }

  fetchSend(): void {}
  fetchFinish(): void {}
  fetchCancel(): void {}
  fetchPull(): void {}
  act(): void {}
  cdpSend(): void {}

  #frame(type: number, message: object, rest: PortFrame[2] = null): void {
    this.#send([type, stringify(message), rest]);
  }
}
