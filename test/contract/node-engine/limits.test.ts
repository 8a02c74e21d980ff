process.env['CASTELLAN_TEST_ENGINE'] = 'node';
await import('../limits.test.ts');
