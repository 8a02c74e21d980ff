// Locales, dates and collation: much work and memory outside the heap for each object.
const kept = [];
for (let count = 0; ; count++) {
  const locale = `${['de', 'ja', 'ar', 'th', 'hi', 'zh'][count % 6]}-u-nu-latn-ca-gregory`;
  kept.push(new Intl.DateTimeFormat(locale, { dateStyle: 'full' }), new Intl.Collator(locale), new Intl.NumberFormat(locale, { style: 'currency', currency: 'EUR' }), new Intl.Segmenter(locale).segment('x'.repeat(10_000)));
  kept.at(-2).format(count);
  'ä'.repeat(10_000).normalize('NFD').localeCompare('a'.repeat(10_000), locale);
}
