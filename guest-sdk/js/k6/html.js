// `k6/html`: parses HTML and finds things in it.

import { parseDocument } from 'squall:html/selection';

// `url` is where the page is from, by which its links are resolved; the pages of responses have it.
export function parseHTML(text, url = '') {
  return parseDocument(text === undefined || text === null ? '' : String(text), url);
}

export default { parseHTML };
