/** The program of a worker, as text. The build makes the module out of the runner's guest. */
export const workerSource: string;
