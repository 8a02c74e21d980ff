import type { Frame } from '@castellan/protocol/frames';
import {
  type AboutRequest,
  type AboutRun,
  type CreditMessage,
  egressTypes,
  type MachineMessage,
  type ProxyMessage,
  type RequestMessage,
  type EgressRunMessage,
} from '../messages.ts';
import { readOwn } from '../rules/addresses.ts';
import { batchedCredit, Window } from '../window.ts';
import type { Channel } from './channel.ts';
import { EgressRun, type Settings } from './run.ts';
import { StreamSocket } from './stream-socket.ts';
import { Upload } from './upload.ts';

/** A request or a connection under way, as the handlers of its frames. */
interface Open {
  readonly upload: { push(bytes: Uint8Array): void; end(): void };
  readonly window: Window;
  readonly abort: AbortController;
}

/** All runs and requests of the gateway. Dispatches the launcher's frames to them. */
export class Gateway {
  readonly #channel: Channel;
  readonly #settings: Settings;
  readonly #runs = new Map<number, EgressRun>();
  readonly #requests = new Map<number, Open>();
  /** Addresses of this machine. No request is checked before they are known. */
  #own: ReadonlySet<string> | undefined;

  constructor(channel: Channel, settings: Settings) {
    this.#channel = channel;
    this.#settings = settings;
  }

  /**
   * Handles one frame. Frames about requests that have ended are ignored: they were sent before the
   * launcher knew.
   */
  take({ type, json, bytes }: Frame): void {
    const message: unknown = JSON.parse(json);
    if (type === egressTypes.machine) return this.#learn(message as MachineMessage);
    if (type === egressTypes.run) return this.#openRun(message as EgressRunMessage);
    if (type === egressTypes.close) return void this.#closeRun((message as AboutRun).run);
    if (type === egressTypes.request) return void this.#fetch(message as RequestMessage);
    if (type === egressTypes.proxy) return void this.#proxy(message as ProxyMessage);
    const request = this.#requests.get((message as AboutRequest).request);
    if (type === egressTypes.upload) request?.upload.push(bytes);
    if (type === egressTypes.uploadEnd) request?.upload.end();
    if (type === egressTypes.downloadCredit)
      request?.window.grant((message as CreditMessage).credit);
    if (type === egressTypes.abort) request?.abort.abort(new Error('the script gave up'));
  }

  #openRun(message: EgressRunMessage): void {
    const own = (): ReadonlySet<string> => {
      if (this.#own === undefined) throw new Error('the addresses of this machine are not known');
      return this.#own;
    };
    this.#runs.set(message.run, new EgressRun(message, this.#settings, own));
  }

  #learn({ addresses }: MachineMessage): void {
    this.#own = readOwn(addresses);
  }

  async #closeRun(run: number): Promise<void> {
    const open = this.#runs.get(run);
    this.#runs.delete(run);
    await open?.[Symbol.asyncDispose]();
    this.#channel.send(egressTypes.closed, { run });
  }

  async #fetch({ run, request, ...head }: RequestMessage): Promise<void> {
    const channel = this.#channel;
    const upload = new Upload(this.#credit(request));
    const window = new Window();
    const abort = new AbortController();
    this.#requests.set(request, { upload, window, abort });
    const isWhole = await this.#runs.get(run)?.fetch({
      head,
      isForwarded: false,
      upload,
      window,
      signal: abort.signal,
      answers: {
        entry: (entry) => channel.send(egressTypes.entry, { request, ...entry }),
        reached: () => undefined,
        response: (response) => channel.send(egressTypes.response, { request, ...response }),
        download: (piece) => channel.send(egressTypes.download, { request }, piece),
      },
    });
    this.#requests.delete(request);
    channel.send(isWhole === true ? egressTypes.end : egressTypes.failed, { request });
  }

  async #proxy({ run, request, isBrowser }: ProxyMessage): Promise<void> {
    const channel = this.#channel;
    const abort = new AbortController();
    const socket = new StreamSocket({
      send: (piece) => channel.send(egressTypes.download, { request }, piece),
      grant: this.#credit(request),
    });
    const upload = {
      push: (bytes: Uint8Array) => socket.receive(bytes),
      end: () => socket.finish(),
    };
    this.#requests.set(request, { upload, window: socket.window, abort });
    await this.#runs.get(run)?.proxy(socket, {
      isBrowser,
      signal: abort.signal,
      onEntry: (entry) => channel.send(egressTypes.entry, { request, ...entry }),
      onReached: (reached) => channel.send(egressTypes.reached, { request, ...reached }),
    });
    this.#requests.delete(request);
    // What a server has cut off must not look whole: the client's connection is reset.
    const isWhole = socket.errored === null;
    channel.send(isWhole ? egressTypes.end : egressTypes.failed, { request });
  }

  #credit(request: number): (cost: number) => void {
    const channel = this.#channel;
    return batchedCredit((credit) => channel.send(egressTypes.uploadCredit, { request, credit }));
  }
}
