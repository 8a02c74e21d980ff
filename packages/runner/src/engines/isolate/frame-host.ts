import { frameTypes } from '@castellan/protocol/frames';
import { sendCommand } from '../../channel/command.ts';
import { sendLog } from '../../channel/log.ts';
import type { FrameFunctions } from '../../guest/host.ts';
import type { EngineHost } from '../engine.ts';

/** The host functions that become a frame to the launcher. */
export class FrameHost implements FrameFunctions {
  readonly #launcher: EngineHost;

  constructor(launcher: EngineHost) {
    this.#launcher = launcher;
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
  }

  call(id: number, path: string, args: string): void {
    this.#launcher.send(frameTypes.call, { id, path }, Buffer.from(args));
  }

  callSync(path: string, args: string): string {
    this.call(0, path, args);
    return this.#launcher.waitForReply();
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

  cdpSend(text: string): void {
    sendCommand(this.#launcher, text);
  }
}
