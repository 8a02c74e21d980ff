process.env['CASTELLAN_TEST_ENGINE'] = 'node';
await import('../modules.test.ts');
