import type { FrameCap, FrameCaps } from '@castellan/protocol/frames';
import type { NetworkEntry } from '@castellan/protocol';
import type { NetworkTimeouts } from '@castellan/protocol/kinds';
import type { RunNetwork } from './rules/network.ts';

/**
 * What the frames between launcher and gateway mean. Types below 64 come from the gateway. Any
 * number of runs and requests share the channel, told apart by unique numbers that the launcher assigns.
 *
 *     launcher                                    gateway
 *        |  configure  -------------------------->  |   once, first
 *        |               ready  <-----------------  |   once
 *        |  run  -------------------------------->  |   a run's policy, before its first request
 *        |  machine  ---------------------------->  |   before the next request, when it has changed
 *        |  request  ---------------------------->  |
 *        |  upload, uploadEnd  ------------------>  |   the body, as far as the credit reaches
 *        |               uploadCredit  <----------  |   so much more may be sent
 *        |               entry  <-----------------  |   one for each step of the request
 *        |               reached  <---------------  |   of a browser's connection: where a host lies
 *        |               response  <--------------  |   of the last step
 *        |               download  <--------------  |   its body, as far as the credit reaches
 *        |  downloadCredit  --------------------->  |
 *        |               end | failed  <----------  |   exactly one: nothing about the request after
 *        |  abort  ------------------------------>  |   any time; answered by `failed`
 *        |  proxy  ------------------------------>  |   instead of a request: a client's connection, as
 *        |                                          |   to an HTTP proxy; `upload` and `download` are
 *        |                                          |   its bytes, each request in it has an `entry`
 *        |  close  ------------------------------>  |   the run is over
 *        |               closed  <----------------  |   all its requests and sockets are gone
 */
export const egressTypes = {
  ready: 1,
  entry: 2,
  response: 3,
  download: 4,
  uploadCredit: 5,
  end: 6,
  failed: 7,
  closed: 8,
  reached: 9,
  configure: 64,
  run: 65,
  request: 66,
  upload: 67,
  uploadEnd: 68,
  downloadCredit: 69,
  abort: 70,
  close: 71,
  proxy: 72,
  machine: 73,
} as const;

/** Credit that each direction of a request starts with, in bytes. */
export const windowBytes = 256 * 1_024;

/** The largest piece of a body in one frame, in bytes. */
export const pieceBytes = 64 * 1_024;

/** The credit that a piece costs. The minimum bounds a flood of tiny pieces. */
export function pieceCost(bytes: number): number {
  return Math.max(bytes, 1_024);
}

/** The answer to a client whose tunnel is refused or fails, the same for every reason. */
export const tunnelRefused =
  'HTTP/1.1 502 Bad Gateway\r\nConnection: close\r\nContent-Length: 0\r\n\r\n';

/**
 * What a browser is told instead of an answer. No server can send that through the gateway, and a
 * browser does not send the request again, as it does when a connection just ends.
 */
export const unanswered =
  'HTTP/1.1 502 Bad Gateway\r\nConnection: close\r\nContent-Length: 0\r\nContent-Length: 1\r\n\r\n';

/**
 * The longest fields of the network log, in UTF-16 units: all of them may come from a script or a
 * server.
 */
export const longest = { method: 32, url: 2_048, host: 255, reason: 4_096 } as const;

/** The longest fields of the head of a response, in UTF-16 units; `headers` is for all of them. */
export const longestOfHead = { statusText: 256, url: 65_536, headers: 65_536 } as const;

/** JSON of a response: twice its URL and its header bytes, for escapes, and the rest. */
const headBytes = 512 * 1_024;

/** As many headers as the 32 KiB that a server may send can hold. */
export const mostResponseHeaders = 32_768;

/** The largest frame of each type from the gateway, which talks to hostile servers. */
export const gatewayCaps: FrameCap = (type) => largest[type];

const bare: FrameCaps = { json: 1_024, bytes: 0 };

const largest: Readonly<Record<number, FrameCaps>> = {
  [egressTypes.ready]: bare,
  [egressTypes.entry]: { json: 32_768, bytes: 0 },
  [egressTypes.response]: { json: headBytes, bytes: 0 },
  [egressTypes.download]: { json: 1_024, bytes: pieceBytes },
  [egressTypes.uploadCredit]: bare,
  [egressTypes.end]: bare,
  [egressTypes.failed]: bare,
  [egressTypes.closed]: bare,
  [egressTypes.reached]: bare,
};

/** Time-outs of the gateway, all of them set. */
export type EgressTimeouts = Required<NetworkTimeouts>;

export interface EgressConfigureMessage {
  /** Certificates in PEM that are trusted besides Node's, or `null`. */
  readonly ca: string | null;
  readonly userAgent: string;
  readonly timeouts: EgressTimeouts;
}

export interface EgressRunMessage {
  readonly run: number;
  readonly network: RunNetwork;
  /** Name servers, as `address` or `address:port`. */
  readonly nameServers: readonly string[];
  /** What the run has used with earlier gateways. */
  readonly used: { readonly requests: number; readonly bytes: number };
}

/** Facts about the machine, from the launcher. */
export interface MachineMessage {
  /** Addresses of all its interfaces. */
  readonly addresses: readonly string[];
}

export type RedirectMode = 'follow' | 'manual' | 'error';

/** The request of a script. Everything in it is hostile. */
export interface EgressRequestHead {
  readonly url: string;
  readonly method: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly redirect: RedirectMode;
  readonly hasBody: boolean;
  /**
   * Length of the body where it is known: it is sent as `content-length` and enforced. Else the
   * body is chunked.
   */
  readonly bodyBytes?: number | null;
}

export interface RequestMessage extends EgressRequestHead {
  readonly run: number;
  readonly request: number;
}

/** A connection that speaks HTTP to a proxy: `CONNECT`, or requests with a whole URL. */
export interface ProxyMessage {
  readonly run: number;
  readonly request: number;
  readonly isBrowser: boolean;
}

/** `upload` and `download` carry bytes; `end`, `failed`, `uploadEnd` and `abort` nothing more. */
export interface AboutRequest {
  readonly request: number;
}

export interface CreditMessage extends AboutRequest {
  readonly credit: number;
}

export interface EgressResponseHead {
  readonly status: number;
  readonly statusText: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** Of the last step, without a fragment. */
  readonly url: string;
  readonly redirected: boolean;
}

/** `time` is in milliseconds since 1970. */
export interface EntryMessage extends Omit<NetworkEntry, 'seq' | 'time'>, AboutRequest {
  readonly time: number;
}

/** The address that a host of a browser's request has. */
export interface Reached {
  /** `host:port`, with brackets around IPv6. */
  readonly place: string;
  readonly address: string;
}

export interface AboutRun {
  readonly run: number;
}
