// Fifty thousand nested blocks and functions.
export default () => '{(()=>{'.repeat(50_000) + '})()}'.repeat(50_000);
