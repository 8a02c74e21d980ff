process.env['CASTELLAN_TEST_ENGINE'] = 'node';
await import('../values.test.ts');
