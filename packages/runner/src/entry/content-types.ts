/** Content types by file extension. */
const types: Readonly<Record<string, string>> = {
  __proto__: null as never,
  png: 'image/png',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  webp: 'image/webp',
  pdf: 'application/pdf',
  json: 'application/json',
  html: 'text/html; charset=utf-8',
  txt: 'text/plain; charset=utf-8',
  csv: 'text/csv; charset=utf-8',
  xml: 'application/xml',
  zip: 'application/zip',
  heapsnapshot: 'application/json',
};

/** Guesses a content type from a file's extension; null for an unknown one. */
export function contentTypeOf(name: string): string | null {
  return types[name.slice(name.lastIndexOf('.') + 1).toLowerCase()] ?? null;
}
