import { isUtf8 } from 'node:buffer';
import { JsonText } from '@castellan/protocol/json';
import { ProblemError } from '../problems/problem.ts';
import { compact } from './compact.ts';
import { NotJson } from './tokens.ts';
import { NotTaken, type Span, walk } from './walk.ts';

/**
 * The most that a request may hold besides its parameters. Each list and each object of it has a bound of its
 * own: the largest request that is valid has about 4,500 values and keys.
 */
const caps = { depth: 100, nodes: 8_192 } as const;

/**
 * The member that is never parsed here: parameters may be a million values of a few bytes each. They
 * are parsed in the box of the script.
 */
const carried = 'params';

/**
 * The value of a body, with its `params` as `JsonText`, written as `JSON.stringify` would. All of
 * it is checked before any of it is parsed. Overwrites the bytes.
 */
export function parseBody(bytes: Buffer): unknown {
  if (!isUtf8(bytes)) throw malformed('The body is not UTF-8.');
  const body = withoutMark(bytes);
  if (/^\s*$/.test(body.toString('latin1', 0, 64)) && body.toString().trim() === '') {
    throw malformed('The body is empty; it must be a JSON object.');
  }
  const spans = checked(body);
  const last = spans.at(-1);
  if (last === undefined) return JSON.parse(body.toString());
  const params = new JsonText(
    body.toString('utf8', last.start, compact(body, last.start, last.end)),
  );
  return { ...(JSON.parse(textWithout(body, spans)) as object), [carried]: params };
}

function withoutMark(bytes: Buffer): Buffer {
  const isMarked = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
  return isMarked ? bytes.subarray(3) : bytes;
}

function checked(bytes: Buffer): readonly Span[] {
  try {
    return walk(bytes, carried, caps);
  } catch (error) {
    if (error instanceof NotJson) throw malformed(`The body is not JSON: ${error.message}.`);
    throw error instanceof NotTaken ? refusalOf(error) : error;
  }
}

function refusalOf({ why, path }: NotTaken): ProblemError {
  if (why === 'depth') return malformed(`The body is nested more than ${caps.depth} deep.`);
  if (why === 'keys') {
    return malformed(
      'The keys "__proto__" and "constructor" with "prototype" in it are not taken.',
    );
  }
  const pointer = path.map((step) => `/${escaped(String(step))}`).join('');
  if (why === 'nodes') {
    return new ProblemError(
      'payload_too_large',
      `The body has more than ${caps.nodes} values and keys besides its params; the first too many is at ${pointer}.`,
      { value: pointer },
    );
  }
  const detail = `The number at ${pointer} is too large for JavaScript: at most 1.7976931348623157e308.`;
  return new ProblemError('invalid_request', detail, { errors: [{ pointer, detail }] });
}

/** As a JSON Pointer (RFC 6901) has it. */
function escaped(step: string): string {
  return step.replaceAll('~', '~0').replaceAll('/', '~1');
}

/** The text with a 0 in place of each span. */
function textWithout(bytes: Buffer, spans: readonly Span[]): string {
  let text = '';
  let at = 0;
  for (const { start, end } of spans) {
    text += `${bytes.toString('utf8', at, start)}0`;
    at = end;
  }
  return text + bytes.toString('utf8', at);
}

function malformed(detail: string): ProblemError {
  return new ProblemError('malformed_request', detail);
}
