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
