import { setMaxListeners } from 'node:events';
import {
  longestOfHead,
  pieceBytes,
  pieceCost,
  type EgressRequestHead,
  type EgressResponseHead,
  type Reached,
} from '../messages.ts';
import { checkHeaders, checkMethod, headerOf, type Headers } from '../rules/headers.ts';
import { checkPlace } from '../rules/names.ts';
import type { Policy } from '../rules/policy.ts';
import { locationOf, mostRedirects, redirected, type Step } from '../rules/redirects.ts';
import {
  headersWithoutSecrets,
  injectSecrets,
  unboundIn,
  withoutSecrets,
} from '../rules/secrets.ts';
import { placeOf, readTarget, type Target } from '../rules/target.ts';
import type { Window } from '../window.ts';
import { orAborted } from './abort.ts';
import { Hop, type Entry } from './hop.ts';
import { type Budget, Flooded, Meter } from './budget.ts';
import type { Connection, Connections } from './connections.ts';
import { acceptedCodings, codingsOf, decode } from './decode.ts';
import type { Names } from './resolve.ts';
import { lengthOf, type Received, send } from './send.ts';
import type { Slots } from './slots.ts';
import type { Upload } from './upload.ts';

/** State that the requests of one run share. Nothing of it is shared between runs. */
export interface RunParts {
  readonly policy: Policy;
  readonly budget: Budget;
  readonly connections: Connections;
  readonly names: Names;
  readonly slots: Slots;
  readonly userAgent: string;
}

/** Sends the results of one request to the launcher. */
export interface Answers {
  entry(entry: Entry): void;
  /** Where the host of a step lies, before its request is sent. */
  reached(reached: Reached): void;
  response(head: EgressResponseHead): void;
  download(piece: Uint8Array): void;
}

/** One request: what the script asked for, and the two directions of its body. */
export interface Request {
  readonly head: EgressRequestHead;
  /** A client of the proxy has sent it: nothing is added to its headers, and its body not decoded. */
  readonly isForwarded: boolean;
  readonly upload: Upload;
  readonly window: Window;
  readonly answers: Answers;
  readonly signal: AbortSignal;
}

/** The body of a redirect is read up to this many bytes, so that the connection can be reused. */
const discardBytes = 16_384;

/** Carries out a request with its redirects. Throws when the script does not get a whole response. */
export async function fetchFor(run: RunParts, request: Request): Promise<void> {
  const { head, answers, signal } = request;
  setMaxListeners(0, signal);
  let step: Step | undefined;
  let slot: Disposable | undefined;
  let secretSent = false;
  try {
    for (let redirects = 0; ; redirects += 1) {
      const meter = new Meter(run.budget);
      const { url, method } =
        step === undefined ? head : { url: step.target.url, method: step.method };
      const hop = new Hop(url, method, meter, run.policy.secrets);
      try {
        run.budget.countRequest();
        step ??= firstStep(request, run.userAgent);
        hop.isFor(step.target, step.method);
        slot ??= await run.slots.enter(signal);
        const went = await takeStep(run, request, step, hop, { redirects, secretSent });
        answers.entry(hop.ended());
        if (went === undefined) return;
        ({ step, secretSent } = went);
      } catch (error) {
        if (!(error instanceof Flooded)) answers.entry(hop.failed(error, signal));
        throw error;
      }
    }
  } finally {
    slot?.[Symbol.dispose]();
  }
}

function firstStep({ head, isForwarded }: Request, userAgent: string): Step {
  const target = readTarget(head.url);
  const method = checkMethod(head.method, head.hasBody);
  const given = checkHeaders(head.headers, isForwarded);
  const added = isForwarded ? [] : addedTo(given, userAgent);
  return { target, method, headers: [...given, ...added], hasBody: head.hasBody };
}

/** The headers that `fetch` sends besides those of the script. */
function addedTo(given: Headers, userAgent: string): Headers {
  const added: [string, string][] = [];
  if (headerOf(given, 'user-agent') === undefined) added.push(['user-agent', userAgent]);
  if (headerOf(given, 'accept') === undefined) added.push(['accept', '*/*']);
  // A range of an encoded body could not be decoded.
  const isPart = headerOf(given, 'range') !== undefined;
  return [...added, ['accept-encoding', isPart ? 'identity' : acceptedCodings]];
}

interface Way {
  readonly redirects: number;
  readonly secretSent: boolean;
}

/** Sends one step. Returns the next one, or `undefined` once the response has been delivered. */
async function takeStep(
  run: RunParts,
  request: Request,
  step: Step,
  hop: Hop,
  way: Way,
): Promise<{ step: Step; secretSent: boolean } | undefined> {
  const { policy, connections } = run;
  const { head, signal, upload, answers } = request;
  const { target } = step;
  checkPlace(target, policy.names);
  const connection = connections.reuse(target.origin) ?? (await connect(run, step, signal));
  // Ends the upload of this step before another may read it.
  using over = stopper();
  try {
    const { headers, isSecret } = injectSecrets(
      step.headers,
      policy.secrets,
      target,
      connection.isPrivate,
    );
    const secretSent = way.secretSent || isSecret;
    hop.note(unboundIn(step.headers, policy.secrets, target));
    const stepSignal = AbortSignal.any([signal, over.signal]);
    const body = step.hasBody
      ? { bytes: head.bodyBytes ?? null, chunks: upload.read(stepSignal) }
      : null;
    const response = await send(connection, { step, headers, body }, hop, stepSignal);
    if (hop.address !== null) answers.reached({ place: placeOf(target), address: hop.address });
    const received = cleaned(response, target, policy);
    const location =
      head.redirect === 'manual' ? undefined : locationOf(received.status, received.headers);
    let next: { step: Step; secretSent: boolean } | undefined;
    if (location === undefined) {
      await deliver(request, { ...received, redirected: way.redirects > 0 }, step, hop);
    } else {
      if (head.redirect === 'error') throw new Error('a redirect, which the script asked to fail');
      if (way.redirects >= mostRedirects) throw new Error(`more than ${mostRedirects} redirects`);
      const sent = { secret: secretSent, rules: policy.secrets };
      next = { step: redirected(step, received.status, location, sent), secretSent };
      await discard(received, hop);
      if (next.step.hasBody && !upload.canStartOver) {
        throw new Error('a redirect asks for the body again, which is too long to be kept');
      }
    }
    connections.keep(connection);
    return next;
  } catch (error) {
    void connection.close();
    throw error;
  }
}

async function connect(run: RunParts, { target }: Step, signal: AbortSignal): Promise<Connection> {
  const resolved = await orAborted(run.names.resolve(target.host, run.policy.addresses), signal);
  return run.connections.open(target, resolved);
}

/** The head as scripts see it, without secrets that the server echoes. Throws if it is too long. */
function cleaned(
  received: Received,
  target: Target,
  { secrets }: Policy,
): Received & { readonly url: string } {
  const { statusText } = longestOfHead;
  const headers = headersWithoutSecrets(received.headers, secrets);
  const url = withoutSecrets(target.url, secrets);
  // Placeholders can be longer than values, and escapes than what they stand for.
  if (lengthOf(headers) > longestOfHead.headers) throw new Error('headers that are too long');
  if (url.length > longestOfHead.url) throw new Error('a URL that is too long');
  return {
    ...received,
    url,
    headers,
    statusText: withoutSecrets(received.statusText, secrets).slice(0, statusText),
  };
}

async function deliver(
  { answers, window, signal, isForwarded }: Request,
  { body, ...head }: EgressResponseHead & Received,
  { method }: Step,
  { meter }: Hop,
): Promise<void> {
  const { status, headers } = head;
  const hasBody = method !== 'HEAD' && status !== 204 && status !== 304;
  const codings = hasBody && !isForwarded ? codingsOf(headers) : [];
  answers.response(head);
  for await (const chunk of decode(body, codings, (stage, bytes) => meter.received(stage, bytes))) {
    for (let at = 0; at < chunk.length; at += pieceBytes) {
      const piece = chunk.subarray(at, at + pieceBytes);
      await window.take(pieceCost(piece.length), signal);
      answers.download(piece);
    }
  }
}

async function discard({ body }: Received, { meter }: Hop): Promise<void> {
  let bytes = 0;
  for await (const chunk of body) {
    meter.received(0, chunk.length);
    bytes += chunk.length;
    if (bytes > discardBytes) break;
  }
}

function stopper(): Disposable & { readonly signal: AbortSignal } {
  const controller = new AbortController();
  return {
    signal: controller.signal,
    [Symbol.dispose]: () => controller.abort(new Error('the step is over')),
  };
}
