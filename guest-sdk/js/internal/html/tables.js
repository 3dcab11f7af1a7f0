// Accessors of tables and their parts.

import { placeIn } from 'squall:html/fields';

const child = (element, tag) => element.selection().children(tag).get(0);
const rows = (at, element) => element.querySelectorAll('tr');
const section = { rows };
const cell = { cellIndex: (at, element) => placeIn(element, 'tr', 'th,td', -1) };

export const tableAccessors = {
  table: {
    rows,
    caption: (at, element) => child(element, 'caption'),
    tBodies: (at, element) => element.querySelectorAll('tbody'),
    tFoot: (at, element) => child(element, 'tfoot'),
    tHead: (at, element) => child(element, 'thead'),
  },
  tbody: section,
  tfoot: section,
  thead: section,
  td: cell,
  th: cell,
  tr: {
    cells: (at, element) => element.querySelectorAll('th,td'),
    rowIndex: (at, element) => placeIn(element, 'table', 'tr', -1),
    sectionRowIndex: (at, element) => placeIn(element, 'tbody,tfoot,thead', 'tr', -1),
  },
};
