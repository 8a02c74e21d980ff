// Flags and loaders by way of the environment: what a run is given stays text in its own env.
function execute() {
  return { ...env };
}
