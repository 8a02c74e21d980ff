import { mayNavigate, mayRequest } from './urls.ts';

/** The ids that the script of a run may use. */
export interface Known {
  /** Contexts that the script may name: those that it made, and the first. */
  ownsContext(id: string): boolean;
  /** Targets that the script may name: pages, frames and workers of its own. */
  ownsTarget(id: string): boolean;
  ownsSession(id: string): boolean;
  /** Handles of streams that Chromium gave to the script. */
  ownsStream(handle: string): boolean;
  /** What the run's Chromium may use: `browserMemoryBytes`. */
  readonly memoryBytes: number;
}

/** Judges one parameter. A sentence says why it is refused; `null` lets it pass. */
export interface Rule {
  /** The rule's name in the printed table. */
  readonly name: string;
  check(value: unknown, known: Known): string | null;
}

const rule = (
  name: string,
  holds: (value: unknown, known: Known) => boolean,
  otherwise: string,
): Rule => ({ name, check: (value, known) => (holds(value, known) ? null : otherwise) });

const isText = (value: unknown): value is string => typeof value === 'string';

/** Any JSON value: its effects are limited to pages, which the script controls anyway. */
export const any = rule('any', () => true, '');

/** Always set to `true`, whatever the script sends. */
export const alwaysTrue: Rule = { name: 'always true', check: () => null };

/** Removes the parameter, with a line in the log. */
export const dropped: Rule = { name: 'dropped', check: () => null };

/** Removes the parameter silently: Chromium does not know it either. */
export const ignored: Rule = { name: 'ignored', check: () => null };

export const page = rule(
  'page URL',
  (value) => isText(value) && mayNavigate(value) !== false,
  'must be http:, https:, data:, blob: or about:blank',
);

export const request = rule(
  'request URL',
  (value) => isText(value) && mayRequest(value),
  'must be http:, https:, ws: or wss:',
);

/** A URL that the browser fetches for the script, with the page's cookies. */
export const fetched = rule(
  'http or https URL',
  (value) => isText(value) && /^https?:$/.test(URL.parse(value)?.protocol ?? ''),
  'must be http: or https:',
);

/** Whether certificates are left unchecked. */
export const unchecked = rule(
  'false',
  (value) => value === false,
  'must be false: certificates are checked, and a script cannot change that',
);

export const context = rule(
  'own context',
  (value, known) => isText(value) && known.ownsContext(value),
  'is no context of this run',
);

export const target = rule(
  'own target',
  (value, known) => isText(value) && known.ownsTarget(value),
  'is no target of this run',
);

export const session = rule(
  'own session',
  (value, known) => isText(value) && known.ownsSession(value),
  'is no session of this run',
);

export const stream = rule(
  'own stream',
  (value, known) => isText(value) && known.ownsStream(value),
  'is no stream of this run',
);

/** Bytes that a picture takes of Chromium's memory for each pixel, all copies together: 15 to 19 were measured. */
const pixelBytes = 20;

const numberIn = (value: unknown, name: string): number => {
  const given = (value as Record<string, unknown>)[name];
  return typeof given === 'number' ? given : 1;
};

const megapixels = (bytes: number): number => Math.floor(bytes / pixelBytes / 1e6);

/** The part of a page that a screenshot shows. */
export const clip: Rule = {
  name: 'clip within browserMemoryBytes',
  check(value, { memoryBytes }) {
    if (typeof value !== 'object' || value === null) return 'must be an object';
    const [width, height] = [numberIn(value, 'width'), numberIn(value, 'height')];
    const area = width * height * numberIn(value, 'scale') ** 2;
    if (area * pixelBytes <= memoryBytes) return null;
    return `has ${Math.ceil(area / 1e6)} megapixels, and ${megapixels(memoryBytes)} are the most with a browserMemoryBytes of ${memoryBytes}`;
  },
};

/** Chromium's own bound. What a page of that size takes counts against `browserMemoryBytes`. */
const side = 10_000_000;

export const length = rule(
  `≤ ${side}`,
  (value) => typeof value === 'number' && value >= 0 && value <= side,
  `must be a number up to ${side}`,
);

const fieldOf = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : null;

const windowStates = [undefined, 'normal', 'minimized', 'maximized', 'fullscreen'];

/** Place and size of a window. Of a state that it does not know Chromium dies. */
export const bounds = rule(
  `sides ≤ ${side}, a state that there is`,
  (value) =>
    windowStates.includes(fieldOf(value, 'windowState') as string) &&
    ['width', 'height'].every((name) => numberIn(value, name) <= side),
  `must be an object with sides up to ${side}, and a windowState that there is`,
);

const stages = [undefined, 'Request', 'Response'];

/** Which requests to stop. Of a stage that it does not know Chromium dies. */
export const patterns = rule(
  'stages Request, Response',
  (value) =>
    Array.isArray(value) &&
    value.every((each) => stages.includes(fieldOf(each, 'requestStage') as string)),
  'must be a list with each requestStage Request or Response',
);

/** A place in a text. Of one before its start Chromium dies. */
export const place = rule(
  '≥ 0',
  (value) => typeof value === 'number' && value >= 0,
  'must be a number from 0 on',
);

/** Bytes that an origin may store; of what is less or much more Chromium dies. */
export const quota = rule(
  `0 to ${2 ** 40}`,
  (value) => typeof value === 'number' && value >= 0 && value <= 2 ** 40,
  `must be a number from 0 to ${2 ** 40}`,
);

/** A list that Chromium dies of when there is nothing in it. */
export const filled = rule(
  'not empty',
  (value) => Array.isArray(value) && value.length > 0,
  'must be a list with something in it',
);

export const scale = rule(
  '≤ 8',
  (value) => typeof value === 'number' && value >= 0 && value <= 8,
  'must be a number up to 8',
);

/** Data that is dragged onto a page: text and links, never files of the box. */
export const dragged = rule(
  'without files',
  (value) => {
    const files = (value as { files?: unknown } | null)?.files;
    return files === undefined || (Array.isArray(files) && files.length === 0);
  },
  'must not name files',
);
