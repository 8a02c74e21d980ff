process.env['CASTELLAN_TEST_ENGINE'] = 'node';
await import('../launch.test.ts');
