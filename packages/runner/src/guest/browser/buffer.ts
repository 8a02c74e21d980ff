const decoders: Readonly<Record<string, (bytes: Uint8Array) => string>> = {
  __proto__: null as never,
  utf8: (bytes) => new TextDecoder().decode(bytes),
  latin1: (bytes) => binary(bytes),
  base64: (bytes) => btoa(binary(bytes)),
  hex: (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(''),
};

/** What pictures, papers and bodies are in a run without Node's Buffer. */
export class PlainBuffer extends Uint8Array {
  override toString(encoding = 'utf8'): string {
    const decode = decoders[encoding.toLowerCase().replace('-', '')];
    if (decode === undefined) throw new TypeError(`Unknown encoding: ${encoding}`);
    return decode(this);
  }
}

function binary(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += 8_192) {
    text += String.fromCharCode(...bytes.subarray(at, at + 8_192));
  }
  return text;
}
