process.env['CASTELLAN_TEST_ENGINE'] = 'node';
await import('../entry.test.ts');
