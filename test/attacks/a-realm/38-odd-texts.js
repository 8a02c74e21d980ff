// Texts that break lines, encodings and JSON on their way: lone surrogates, NUL, separators, marks, raw JSON.
async function execute() {
  const texts = ['\0', '\ud800', '\udfff\ud800', '\ufeffx', '\u2028\u2029', '\u202e\u2066', '\x1b[2J', '\r\n\r\n', '"}],"ok":true,"json":"[', '\\', '\\u0000', '</script>', '\ufffe\uffff', 'e\u0301', '\u{10ffff}', 'x'.repeat(70_000), '\u00e9'.repeat(40_000), '\ud83d'.repeat(1_000)];
  const wrong = [];
  for (const text of texts) {
    for (const value of [text, { [text]: text }, [[text]]]) {
      const back = await echo(value);
      const now = echoSync(value);
      if (JSON.stringify(back) !== JSON.stringify(value) || JSON.stringify(now) !== JSON.stringify(value)) wrong.push(text.slice(0, 4));
    }
    console.log(text.slice(0, 200));
    await artifacts.write(`a${text}`.slice(0, 90), text.slice(0, 100)).catch(() => 0);
    progress(0.5, text.slice(0, 100));
    await complain(text.slice(0, 500)).catch(({ message }) => { if (typeof message !== 'string') wrong.push('message'); });
  }
  const raw = ['-0', '12345678901234567890', '"x"', 'true', 'null'].map((text) => JSON.rawJSON(text));
  const parsed = await echo({ raw });
  for (const text of ['{}', '[]', '', ' 1', '1 ', '1,2', '\n']) {
    try { JSON.rawJSON(text); wrong.push(`raw ${text}`); } catch { /* as it should be */ }
  }
  const fake = Object.freeze(Object.assign(Object.create(null), { rawJSON: '],"forged":[' }));
  return { wrong, parsed, fake: await echo(fake) };
}
