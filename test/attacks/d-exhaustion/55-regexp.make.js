// A regular expression of half a mebibyte, with groups in groups.
export default () => `/${'(?:a|(?:b'.repeat(20_000)}${'))'.repeat(20_000)}|${'(?<n>a)|'.repeat(2_000)}[\\s\\S]{0,65535}/.test('b')`;
