process.env['CASTELLAN_TEST_ENGINE'] = 'node';
await import('../lifecycle.test.ts');
