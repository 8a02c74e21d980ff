process.env['CASTELLAN_TEST_ENGINE'] = 'node';
await import('../network.test.ts');
