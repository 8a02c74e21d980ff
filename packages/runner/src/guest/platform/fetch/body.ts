import { copyOf, isBufferSource, joinBytes } from '../buffers.ts';
import type { FormDataClass, FormEntry } from './form-data.ts';
import { utf8Library } from '../lazy.ts';
import type { Realm } from '../realm.ts';
import type { ByteStream } from '../realm.ts';
import { toUsvString } from '../webidl.ts';
import { formEntries, lastMimeType } from './body-type.ts';
import { encodeMultipart } from './multipart.ts';

/** What bodies need of the FormData class. */
export interface Forms {
  readonly FormData: FormDataClass;
  entriesOf(form: object): FormEntry[];
  isFormData(value: unknown): value is FormData;
}

export interface Extracted {
  readonly body: Body;
  /** The content type, unless a header sets another. */
  readonly type: string | null;
}

/**
 * The standard's body: known bytes, or a stream. For known bytes a stream is created only when a script
 * reads it.
 */
export class Body {
  readonly #realm: Realm;
  #bytes: Uint8Array<ArrayBuffer> | null;
  #stream: ByteStream | null;
  #isDrained = false;

  constructor(realm: Realm, content: Uint8Array<ArrayBuffer> | ByteStream) {
    this.#realm = realm;
    this.#bytes = content instanceof Uint8Array ? content : null;
    this.#stream = content instanceof Uint8Array ? null : content;
  }

  /** False for a stream that the script gave: it can be sent only once. */
  get isRepeatable(): boolean {
    return this.#bytes !== null;
  }

  get length(): number | null {
    return this.#bytes?.length ?? null;
  }

  get stream(): ByteStream {
    if (this.#stream !== null) return this.#stream;
    const streams = this.#realm.streams();
    let rest = this.#isDrained ? null : this.#bytes;
    this.#stream = streams.byteStream(
      {
        pull(controller) {
          if (rest !== null && rest.length > 0) controller.enqueue(rest.slice());
          else controller.close();
          rest = null;
        },
      },
      0,
    );
    // Whoever drained the bytes holds the lock, as a reader would.
    if (this.#isDrained) void streams.readerOf(this.#stream).read();
    return this.#stream;
  }

  get isUsed(): boolean {
    if (this.#stream === null) return this.#isDrained;
    return this.#isDrained || this.#realm.streams().isDisturbed(this.#stream);
  }

  get isUnusable(): boolean {
    if (this.#stream === null) return this.#isDrained;
    return this.isUsed || this.#realm.streams().isLocked(this.#stream);
  }

  /** Returns all bytes; can be called once. */
  async drain(): Promise<Uint8Array<ArrayBuffer>> {
    if (this.isUnusable) throw new TypeError('The body has been read already, or is locked');
    this.#isDrained = true;
    if (this.#stream === null) return this.#bytes!.slice();
    const reader = this.#realm.streams().readerOf(this.#stream);
    const parts: Uint8Array[] = [];
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return joinBytes(parts);
      if (!(value instanceof Uint8Array)) {
        throw new TypeError('A body may only give Uint8Array chunks');
      }
      parts.push(value);
    }
  }

  /** Returns a second body with the same content; this one stays usable. */
  clone(): Body {
    if (this.#stream === null) return new Body(this.#realm, this.#bytes!);
    const [one, other] = this.#realm.streams().tee(this.#stream);
    this.#stream = one;
    const copy = new Body(this.#realm, other);
    copy.#bytes = this.#bytes;
    return copy;
  }

  /** Moves the content to a new body, for a new Request; this one counts as used from then on. */
  take(): Body {
    const { stream } = this;
    const through = new (this.#realm.streams().classes['TransformStream'] as never as Identity)();
    const taken = new Body(this.#realm, this.#bytes ?? stream);
    if (this.#bytes === null) taken.#stream = pipe(stream, through);
    else this.#isDrained = true;
    if (this.#bytes !== null) void this.#realm.streams().readerOf(stream).cancel(undefined);
    return taken;
  }
}

type Identity = new () => { readable: ByteStream; writable: unknown };

function pipe(stream: ByteStream, through: InstanceType<Identity>): ByteStream {
  return stream.pipeThrough(through as never) as unknown as ByteStream;
}

/** The standard's "extract a body". */
export function extractBody(realm: Realm, forms: Forms, value: unknown): Extracted {
  const { utf8fromStringLoose } = utf8Library();
  const files = realm.files();
  const streams = realm.streams();
  const known = (bytes: Uint8Array<ArrayBuffer>, type: string | null): Extracted => ({
    body: new Body(realm, bytes),
    type,
  });
  if (streams.isReadable(value)) {
    if (streams.isDisturbed(value) || streams.isLocked(value)) {
      throw new TypeError('The stream has been read already, or is locked');
    }
    return { body: new Body(realm, value), type: null };
  }
  if (files.isBlob(value)) {
    return known(files.bytesOf(value), value.type === '' ? null : value.type);
  }
  if (isBufferSource(value)) return known(copyOf(value), null);
  if (forms.isFormData(value)) {
    const boundary = `----formdata-${Math.random().toString(36).slice(2)}${Math.random().toString(36).slice(2)}`;
    const bytes = encodeMultipart(forms.entriesOf(value), boundary, files);
    return known(bytes, `multipart/form-data; boundary=${boundary}`);
  }
  // Before the class is loaded it has no instances.
  const URLSearchParams = realm.knownUrl()?.URLSearchParams;
  if (URLSearchParams !== undefined && value instanceof URLSearchParams) {
    const text = URLSearchParams.prototype.toString.call(value);
    return known(utf8fromStringLoose(text), 'application/x-www-form-urlencoded;charset=UTF-8');
  }
  return known(utf8fromStringLoose(toUsvString(value)), 'text/plain;charset=UTF-8');
}

/** The methods that `Request` and `Response` share; `stateOf` throws for anything else. */
export interface BodyState {
  readonly body: Body | null;
  readonly contentType: string | null;
}

export function defineBodyMembers(
  realm: Realm,
  forms: Forms,
  prototype: object,
  stateOf: (self: unknown) => BodyState,
): void {
  const { utf8toStringLoose } = utf8Library();
  const drain = (state: BodyState): Promise<Uint8Array<ArrayBuffer>> =>
    state.body === null ? Promise.resolve(new Uint8Array()) : state.body.drain();
  const decode = (bytes: Uint8Array): string => {
    const text = utf8toStringLoose(bytes);
    return text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
  };
  const members = {
    get body(): ReadableStream | null {
      return (stateOf(this).body?.stream ?? null) as ReadableStream | null;
    },
    get bodyUsed(): boolean {
      return stateOf(this).body?.isUsed ?? false;
    },
    async arrayBuffer(): Promise<ArrayBuffer> {
      return (await drain(stateOf(this))).buffer;
    },
    async blob(): Promise<Blob> {
      const state = stateOf(this);
      const bytes = await drain(state);
      const type = mimeOf(state)?.toString() ?? '';
      return new (realm.files().Blob)([bytes], { type });
    },
    async bytes(): Promise<Uint8Array> {
      return drain(stateOf(this));
    },
    async formData(): Promise<FormData> {
      const state = stateOf(this);
      const bytes = await drain(state);
      const form = new forms.FormData();
      const entries = forms.entriesOf(form);
      for (const entry of formEntries(realm, mimeOf(state), bytes)) entries.push(entry);
      return form;
    },
    async json(): Promise<unknown> {
      return JSON.parse(decode(await drain(stateOf(this)))) as unknown;
    },
    async text(): Promise<string> {
      return decode(await drain(stateOf(this)));
    },
  };
  Object.defineProperties(prototype, Object.getOwnPropertyDescriptors(members));
}

function mimeOf({ contentType }: BodyState) {
  return contentType === null ? null : lastMimeType(contentType);
}
