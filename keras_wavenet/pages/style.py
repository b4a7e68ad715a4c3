"""The style sheet of a page, and the policies on what its browser may load."""

import base64
import hashlib

STYLE = """
:root {
  color-scheme: light dark;
  --ink: #1d2730; --faint: #5b6872; --line: #d5dce1; --paper: #fff; --shade: #f3f6f8;
  --link: #0a5c9e;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ink: #e3e9ed; --faint: #a3b0ba; --line: #3a4650; --paper: #14191d;
    --shade: #1f272d; --link: #7cc0f5;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0; background: var(--paper); color: var(--ink);
  font: 1rem/1.5 system-ui, sans-serif; overflow-wrap: break-word;
}
main { max-width: 62rem; margin: 0 auto; padding: 1.5rem 1rem 4rem; }
h1 { font-size: 1.7rem; line-height: 1.25; margin: 0 0 .5rem; }
h2 {
  font-size: 1.25rem; margin: 2.25rem 0 .75rem; padding-top: .75rem;
  border-top: 1px solid var(--line);
}
p { max-width: 46rem; margin: .75rem 0; white-space: pre-line; }
.lead { font-size: 1.1rem; color: var(--faint); }
a { color: var(--link); }
figure { margin: 1rem 0; }
figcaption { color: var(--faint); font-size: .92rem; margin-top: .35rem; }
img {
  display: block; max-width: 100%; height: auto; background: #fff; border-radius: 4px;
}
audio {
  display: block; width: 100%; max-width: 24rem; min-width: 11rem; height: 2.5rem;
}
td figure { margin: 0; }
td audio { width: 13.5rem; }
.scroll { overflow-x: auto; margin: 1rem 0; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td {
  text-align: left; vertical-align: top; padding: .4rem 1rem .4rem 0;
  border-bottom: 1px solid var(--line); overflow-wrap: normal;
}
thead th { color: var(--faint); font-weight: 600; vertical-align: bottom; }
tbody th { font-weight: 500; }
pre {
  background: var(--shade); border-radius: 4px; margin: 1rem 0; padding: .75rem 1rem;
  font: .88rem/1.45 ui-monospace, monospace;
  white-space: pre-wrap; overflow-wrap: anywhere;
}
@media print {
  :root { --ink: #000; --faint: #333; --line: #999; --paper: #fff; --shade: #fff; }
  main { max-width: none; padding: 0; }
  h2 { break-after: avoid; }
  figure, tr { break-inside: avoid; }
  pre { border: 1px solid var(--line); }
  audio { display: none; }
}
"""

_DIGEST = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
# Pictures and sounds out of the page itself, and this one style sheet; no script, no
# frame, no form and no request.
POLICY = (
    "default-src 'none'; img-src data:; media-src data:; "
    f"style-src 'sha256-{_DIGEST}'; base-uri 'none'; form-action 'none'"
)
# Sounds in files next to the page, too. Of a page that is a file itself, 'self' is the
# scheme file: (Chromium), of one on a server, this server.
POLICY_WITH_FILES = POLICY.replace("media-src data:", "media-src data: 'self'")
