import { frameTypes } from '@castellan/protocol/frames';
import { discard } from '../../channel/channel.ts';
import { sendCall, sendReturned } from '../../channel/call.ts';
import { sendCommand } from '../../channel/command.ts';
import { sendLog } from '../../channel/log.ts';
import type { FrameFunctions } from '../../guest/host.ts';
import type { GivenFiles } from '../../script/given-files.ts';
import type { EngineHost } from '../engine.ts';

/** The host functions that become a frame to the launcher, or that tell what came with the job. */
export class FrameHost implements FrameFunctions {
  readonly #launcher: EngineHost;
  readonly #given: GivenFiles;
  #replyBytes = new Uint8Array(0);

  constructor(launcher: EngineHost, given: GivenFiles) {
    this.#launcher = launcher;
    this.#given = given;
  }

  log(level: string, text: string): void {
    sendLog(this.#launcher, level, text);
  }

  progress(fraction: number, text: string): void {
    this.#launcher.send(frameTypes.progress, { fraction, text });
  }

  artifact(
    id: number,
    name: string,
    contentType: string | null,
    content: Uint8Array | string,
  ): void {
    const bytes = typeof content === 'string' ? Buffer.from(content) : content;
    if (!(bytes instanceof Uint8Array)) throw new TypeError('bytes are expected');
    this.#launcher.send(frameTypes.artifact, { id, name, contentType }, bytes);
    // A copy that came out of the isolate.
    if (bytes === content) discard(bytes);
  }

  file(path: string, asText: boolean): Uint8Array | string | undefined {
    return this.#given.read(`${path}`, asText);
  }

  fileNames(): string {
    return this.#given.someNames;
  }

  text(bytes: Uint8Array): string {
    return Buffer.from(bytes).toString();
  }

  artifactRead(id: number, name: string): void {
    this.#launcher.send(frameTypes.artifactRead, { id, name });
  }

  call(id: number, path: string, args: string, bytes: Uint8Array | null): void {
    sendCall(this.#launcher, id, path, args, bytes);
    // A copy that came out of the isolate.
    if (bytes instanceof Uint8Array) discard(bytes);
  }

  returned(call: number, failure: string | null, text: string, bytes: Uint8Array | null): void {
    sendReturned(this.#launcher, call, failure, text, bytes);
  }

  callSync(path: string, args: string, bytes: Uint8Array | null): string {
    sendCall(this.#launcher, 0, path, args, bytes);
    const { json, bytes: parts } = this.#launcher.waitForReply();
    this.#replyBytes = new Uint8Array(parts);
    return json;
  }

  replyBytes(): Uint8Array {
    return this.#replyBytes;
  }

  fetchOpen(id: number, head: string, hasBody: boolean): void {
    this.#launcher.send(frameTypes.fetchOpen, { id, head, hasBody });
  }

  fetchSend(id: number, bytes: Uint8Array): void {
    if (!(bytes instanceof Uint8Array)) throw new TypeError('bytes are expected');
    this.#launcher.send(frameTypes.fetchSend, { id }, bytes);
  }

  fetchFinish(id: number): void {
    this.#launcher.send(frameTypes.fetchFinish, { id });
  }

  fetchCancel(id: number): void {
    this.#launcher.send(frameTypes.fetchCancel, { id });
  }

  fetchPull(id: number, credit: number): void {
    this.#launcher.send(frameTypes.fetchPull, { id, credit });
  }

  act(text: string): void {
    this.#launcher.send(frameTypes.action, JSON.parse(text) as object);
  }

  cdpSend(text: string): void {
    sendCommand(this.#launcher, text);
  }
}
