// Five thousand modules that import each other in a ring.
export default () => {
  const files = {};
  for (let index = 0; index < 5_000; index++) files[`m${index}.mjs`] = `import './m${(index + 1) % 5_000}.mjs'; export default ${index}`;
  return { entry: 'm0.mjs', files };
};
