/** Every program that gets out where its wall is taken away, the kernel's all among them. */
process.env['CASTELLAN_PROGRAMS'] = 'all';
await import('../attacks/sabotage.test.ts');
