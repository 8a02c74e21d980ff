process.env['CASTELLAN_TEST_ENGINE'] = 'node';
await import('../api.test.ts');
