// `k6/html`: parses HTML and finds things in it.

import { parseDocument } from 'squall:html/selection';

export function parseHTML(text) {
  return parseDocument(text === undefined || text === null ? '' : String(text), '');
}

export default { parseHTML };
