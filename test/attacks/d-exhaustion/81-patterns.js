// Patterns that take long or much to be compiled, not to be matched.
const made = [];
const patterns = [() => `(?:${'a{1000}'.repeat(50)}){1000}`, () => '('.repeat(5_000) + ')'.repeat(5_000), (at) => `(?<n${at}>${'(?<=a)'.repeat(3_000)})`, () => `[${'\\p{L}--\\p{Lu}&&'.slice(0, 16)}\\p{L}]`, () => '(?:x|'.repeat(2_000) + ')'.repeat(2_000), () => 'a|'.repeat(200_000), () => `(?i:${'\\u{1f600}'.repeat(20_000)})`];
for (let at = 0; ; at++) {
  try {
    const pattern = new RegExp(patterns[at % patterns.length](at), ['u', 'v', 'i', 'gs'][at % 4]);
    pattern.test(`${'a'.repeat(50)}${at}`);
    made.push(pattern);
  } catch { /* one that is refused */ }
}
