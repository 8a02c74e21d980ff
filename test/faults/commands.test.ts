/** The fuzzer of commands to a browser, five thousand of each of twenty seeds. */
process.env['CASTELLAN_FUZZ_COMMANDS'] = '5000';
process.env['CASTELLAN_FUZZ_SEEDS'] = Array.from({ length: 20 }, (_, at) => at + 1).join();
await import('../../packages/sandbox/src/browser/fuzz.test.ts');
