// A heap snapshot into the working directory.
require('node:v8').writeHeapSnapshot();
