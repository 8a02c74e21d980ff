/** The fuzz tests of frames and of the launcher's end of the channel, a hundred thousand rounds each. */
process.env['CASTELLAN_FUZZ_RUNS'] = '100000';
await import('../../packages/protocol/src/frames.test.ts');
await import('../../packages/sandbox/src/channel/link.test.ts');
await import('../../packages/server/src/launching/inbound.test.ts');
