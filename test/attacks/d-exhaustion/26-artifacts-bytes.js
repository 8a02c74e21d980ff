// Artifacts without measure.
const part = new Uint8Array(2 ** 20);
for (let count = 0; ; count++) await artifacts.write(`file-${count}`, part);
