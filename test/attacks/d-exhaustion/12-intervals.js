// Intervals that breed.
const breed = () => setInterval(breed, 0);
breed();
await new Promise(() => {});
