declare module 'whatwg-url/webidl2js-wrapper.js' {
  interface Interface {
    install(globalObject: object, globalNames: readonly string[]): void;
  }
  export const URL: Interface;
  export const URLSearchParams: Interface;
}

declare module 'tr46' {
  export function toASCII(domain: string, options: object): string | null;
}

declare module 'whatwg-mimetype' {
  export class MIMEType {
    static parse(text: string): MIMEType | null;
    readonly essence: string;
    readonly parameters: {
      get(name: string): string | undefined;
      set(name: string, value: string): void;
    };
    toString(): string;
  }
}

declare module '@exodus/bytes/fallback/_utils.js' {
  export const E_STRICT_UNICODE: string;
}

declare module '@exodus/bytes/fallback/utf8.js' {
  export function encode(text: string, loose: boolean): Uint8Array;
  export function decodeFast(bytes: Uint8Array, loose: boolean): string;
}

declare module '@exodus/bytes/fallback/latin1.js' {
  export function decodeLatin1(
    units: Uint8Array | Uint16Array,
    start: number,
    stop: number,
  ): string;
  export function encodeLatin1(text: string): Uint8Array;
}

declare module '@exodus/bytes/fallback/base64.js' {
  export const E_CHAR: string;
  export function toBase64(bytes: Uint8Array, isUrl: boolean, isPadded: boolean): string;
  export function fromBase64(text: string, isUrl: boolean): Uint8Array;
}

declare module '@exodus/bytes/fallback/platform.js' {
  export function decode2string(
    bytes: Uint8Array,
    start: number,
    end: number,
    texts: readonly string[],
  ): string;
}

declare module 'whatwg-url/lib/percent-encoding.js' {
  type Predicate = (byte: number) => boolean;
  export const isC0ControlPercentEncode: Predicate;
  export const isFragmentPercentEncode: Predicate;
  export const isQueryPercentEncode: Predicate;
  export const isSpecialQueryPercentEncode: Predicate;
  export function utf8PercentEncodeString(
    text: string,
    isEncoded: Predicate,
    spaceAsPlus: boolean,
  ): string;
}

declare module 'whatwg-url/lib/urlencoded.js' {
  export function parseUrlencodedString(text: string): [name: string, value: string][];
}

declare module 'whatwg-url/lib/url-state-machine.js' {
  /** The record of the URL standard, as far as a stand-in changes it. */
  export interface Url {
    readonly scheme: string;
    path: string | string[];
    query: string | null;
    fragment: string | null;
  }
  export interface Options {
    readonly baseURL?: Url;
    readonly url?: Url;
    readonly stateOverride?: string;
  }
  export function basicURLParse(text: string, options: Options): Url | null;
}
