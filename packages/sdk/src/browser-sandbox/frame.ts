import type { PortFrame } from '@castellan/protocol/frames';

/** What the frame's document does: it starts one worker with the text that its page sends, and no more. */
const program = `addEventListener('message',({source,data,ports})=>{if(source!==parent)return;const worker=new Worker(URL.createObjectURL(new Blob([data],{type:'text/javascript'})));worker.postMessage(0,ports)},{once:true})`;
const programHash = 'sha256-KG/xxf51W0edVdD2FdA1gBqZuWjkkQinBFYx4JOm2Hk=';

/**
 * The policy of the frame, which its worker inherits: no request of any kind. What it lets in is made by
 * the script itself, as `eval` and modules that it holds: code, which reaches nothing either.
 */
export const framePolicy = `default-src 'none'; script-src '${programHash}' 'unsafe-eval' blob:; worker-src blob:; base-uri 'none'; form-action 'none'`;

/**
 * The frame's document, for sites whose own policy forbids scripts that are written into a page: they
 * serve this text at an address of theirs, and give that as `frame`. It brings its policy with it.
 */
export const frameDocument = `<!doctype html><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${framePolicy}"><title>Sandbox</title><script>${program}</script>`;

/** The parts of a document that are used; this package's types know no pages. */
interface Page {
  readonly document: {
    createElement(name: 'iframe'): Frame;
    readonly documentElement: { append(frame: Frame): void };
  };
}

interface Frame {
  readonly contentWindow: { postMessage(data: unknown, origin: string, ports: unknown[]): void };
  setAttribute(name: string, value: string): void;
  addEventListener(type: 'load', listen: () => void, options: { once: true }): void;
  remove(): void;
}

interface MessageEvent extends Event {
  readonly data: unknown;
}

/** A worker in a frame of this page, and the way to talk to it. */
export interface Inmate extends Disposable {
  send(frame: PortFrame): void;
}

/**
 * Builds the frame and starts the worker; `take` gets what the worker posts, which may be anything.
 * Removing the frame ends the worker, whatever it does: so does disposing of the result.
 */
export function imprison(
  source: string,
  address: string | undefined,
  take: (data: unknown) => void,
): Inmate {
  const { document } = globalThis as unknown as Page;
  const frame = document.createElement('iframe');
  // No `allow-same-origin`: the frame has no origin, whoever serves it.
  frame.setAttribute('sandbox', 'allow-scripts');
  frame.setAttribute('referrerpolicy', 'no-referrer');
  frame.setAttribute('aria-hidden', 'true');
  frame.setAttribute('style', 'display:none');
  if (address === undefined) frame.setAttribute('srcdoc', frameDocument);
  else frame.setAttribute('src', address);
  const { port1: port, port2 } = new MessageChannel();
  port.addEventListener('message', (event) => take((event as MessageEvent).data));
  port.start();
  frame.addEventListener('load', () => frame.contentWindow.postMessage(source, '*', [port2]), {
    once: true,
  });
  document.documentElement.append(frame);
  return {
    send: (message) => port.postMessage(message),
    [Symbol.dispose]() {
      port.close();
      frame.remove();
    },
  };
}
