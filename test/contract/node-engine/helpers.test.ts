process.env['CASTELLAN_TEST_ENGINE'] = 'node';
await import('../helpers.test.ts');
