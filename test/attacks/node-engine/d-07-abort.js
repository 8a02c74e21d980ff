// The process aborts.
process.abort();
