process.env['CASTELLAN_TEST_ENGINE'] = 'node';
await import('../errors.test.ts');
