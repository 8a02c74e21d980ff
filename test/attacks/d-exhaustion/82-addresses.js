// URLs, names and patterns of URLs that cost more than their length.
for (let at = 1; ; at *= 2) {
  for (const text of [`http://${'xn--'.repeat(at)}a/`, `http://${'\u00fc.'.repeat(at)}de/`, `http://a/${'../b/'.repeat(at)}`, `http://a/?${'a=b&'.repeat(at)}`, `http://${'1.'.repeat(at)}/`, `http://[${':'.repeat(at)}]/`, `http://a/${'%'.repeat(at)}`, `data:${'a/'.repeat(at)}`]) {
    try { const url = new URL(text); url.searchParams.sort(); url.hash = text; url.pathname += text; } catch { /* refused */ }
  }
  try { new URLPattern({ pathname: `/${'(a+)+:b*'.repeat(at)}` }).test({ pathname: 'a'.repeat(at) }); } catch { /* refused */ }
}
