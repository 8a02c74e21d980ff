/** The fuzz test of values between scripts and helpers, twenty thousand rounds with each engine. */
process.env['CASTELLAN_FUZZ_RUNS'] = '20000';
await import('../contract/passing-fuzz.test.ts');
