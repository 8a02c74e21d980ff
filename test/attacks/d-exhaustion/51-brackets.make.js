// A hundred thousand nested arrays.
export default () => '['.repeat(100_000) + ']'.repeat(100_000);
