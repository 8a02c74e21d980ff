import {
  bad,
  caps,
  type FetchHead,
  type FetchOpenMessage,
  field,
  type Fields,
  FrameError,
  parseObject,
  textField,
  wordField,
} from '@castellan/protocol/frames';

/** Messages of a box about a request; see `frameTypes`. */
export type FetchMessage =
  | ({ readonly type: 'fetchOpen' } & FetchOpenMessage)
  | { readonly type: 'fetchProxy'; readonly id: number }
  | { readonly type: 'fetchSend'; readonly id: number; readonly bytes: Uint8Array }
  | { readonly type: 'fetchFinish'; readonly id: number }
  | { readonly type: 'fetchCancel'; readonly id: number }
  | { readonly type: 'fetchPull'; readonly id: number; readonly credit: number };

const fetchTypes: Readonly<Record<FetchMessage['type'], true>> = {
  fetchOpen: true,
  fetchProxy: true,
  fetchSend: true,
  fetchFinish: true,
  fetchCancel: true,
  fetchPull: true,
};

export function isFetch(message: { readonly type: string }): message is FetchMessage {
  return Object.hasOwn(fetchTypes, message.type);
}

/** UTF-16 units of a head: quotes and backslashes in it are escaped. */
export const fetchHeadText = caps.url + caps.headerText * 2;

/** Four fields, and for each header a pair and its comma. */
const headCaps = { depth: 3, nodes: 16 + 3 * caps.headers };

/** Validates the fields of `fetchOpen` besides its id. Throws `FrameError`. */
export function readFetchOpen(fields: Fields): { hasBody: boolean; head: FetchHead } {
  const hasBody = field(fields, 'hasBody');
  if (typeof hasBody !== 'boolean') throw bad('hasBody');
  const head = parseObject(textField(fields, 'head', fetchHeadText), headCaps);
  const redirect = wordField(head, 'redirect', ['follow', 'error', 'manual']);
  const url = textField(head, 'url', caps.url);
  const method = textField(head, 'method', caps.method);
  return { hasBody, head: { url, method, headers: headers(field(head, 'headers')), redirect } };
}

function headers(value: unknown): FetchHead['headers'] {
  if (!Array.isArray(value) || value.length > caps.headers) {
    throw bad('headers');
  }
  let length = 0;
  return value.map((pair: unknown) => {
    const [name, content] = (Array.isArray(pair) ? pair : []) as unknown[];
    if (typeof name !== 'string' || typeof content !== 'string') {
      throw bad('header');
    }
    length += name.length + content.length;
    if (length > caps.headerText) throw new FrameError('too long headers in a frame');
    return [name, content] as const;
  });
}
