// A static import of a built-in behind a string escape, which a scan of the source would miss.
export default () => String.raw`import fs from "\x6eode:\u0066s"; export default () => fs.readFileSync('/etc/passwd', 'utf8')`;
