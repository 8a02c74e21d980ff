// The few elements that are read of S3's answers: all of them hold text alone.

const entities: Readonly<Record<string, string>> = {
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&apos;': "'",
  '&#34;': '"',
  '&#39;': "'",
  '&amp;': '&',
};

/** The text of the first element of that name. */
export function textOf(xml: string, name: string): string | undefined {
  return textsOf(xml, name)[0];
}

export function textsOf(xml: string, name: string): string[] {
  const element = new RegExp(`<${name}(?: [^>]*)?>([^<]*)</${name}>`, 'g');
  return [...xml.matchAll(element)].map(([, text = '']) =>
    text.replaceAll(/&(?:[a-z]+|#\d+);/g, (entity) => entities[entity] ?? entity),
  );
}

/** What is inside of each element of that name; they do not lie in each other. */
export function partsOf(xml: string, name: string): string[] {
  const element = new RegExp(`<${name}(?: [^>]*)?>(.*?)</${name}>`, 'gs');
  return [...xml.matchAll(element)].map(([, inside = '']) => inside);
}
