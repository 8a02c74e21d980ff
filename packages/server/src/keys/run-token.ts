import { createHmac, timingSafeEqual } from 'node:crypto';

/** How long a token of a run works, in milliseconds. */
export const runTokenMs = 3_600_000;

/**
 * A run token lets whoever has it read the events and artifacts of one run. Nothing of it is stored:
 *
 *     rt_ ENDS . GIVER . MAC
 *
 * ENDS is when it stops working, in seconds since 1970, in base 36. GIVER is the id of the caller
 * that asked for it. MAC is HMAC-SHA256 over both and the id of the run, in base64url, so that a
 * token of one run is none of another.
 */
const form = /^rt_([1-9a-z][0-9a-z]{0,9})\.([a-z0-9_]{1,64})\.([\w-]{43})$/;

/** What a token says that was not forged and is not over. */
export interface RunTokenFacts {
  /** The id of the caller that asked for it: it works as long as that caller may read the run. */
  readonly giver: string;
  /** Milliseconds since 1970. */
  readonly endsAt: number;
}

/** Returns a token of the run, and when it ends in milliseconds since 1970. */
export function issueRunToken(
  secret: Uint8Array,
  runId: string,
  giver: string,
  now: number,
): { readonly token: string; readonly endsAt: number } {
  const ends = Math.floor((now + runTokenMs) / 1_000);
  const mac = macOf(secret, runId, giver, ends);
  return { token: `rt_${ends.toString(36)}.${giver}.${mac}`, endsAt: ends * 1_000 };
}

/** Returns what a token says; undefined if it is forged, of another run, or over. */
export function readRunToken(
  secret: Uint8Array,
  runId: string,
  token: string,
  now: number,
): RunTokenFacts | undefined {
  const [, endsText, giver, mac] = form.exec(token) ?? [];
  if (endsText === undefined || giver === undefined || mac === undefined) return undefined;
  const ends = Number.parseInt(endsText, 36);
  const wanted = macOf(secret, runId, giver, ends);
  // Compared as text of the same length: one MAC has one spelling, and time tells nothing about it.
  if (!timingSafeEqual(Buffer.from(mac), Buffer.from(wanted))) return undefined;
  const endsAt = ends * 1_000;
  return endsAt <= now ? undefined : { giver, endsAt };
}

function macOf(secret: Uint8Array, runId: string, giver: string, ends: number): string {
  const said = JSON.stringify(['castellan run token', runId, giver, ends]);
  return createHmac('sha256', secret).update(said).digest('base64url');
}
