// Artifacts without number.
for (let count = 0; ; count++) await artifacts.write(`file-${count}`, '');
