// Accessors of single tags: attributes by another name, as text, flag, number or one of some
// words. What takes more than an attribute is in `squall:html/fields` and `squall:html/links`.

import { fieldAccessors } from 'squall:html/fields';
import { linkAccessors, resolvedAttribute } from 'squall:html/links';
import { tableAccessors } from 'squall:html/tables';

const REFERRER_POLICIES = [
  '',
  'no-referrer',
  'no-referrer-when-downgrade',
  'origin',
  'origin-when-cross-origin',
  'unsafe-url',
];
const ENCODINGS = ['application/x-www-form-urlencoded', 'multipart/form-data', 'text/plain'];
const ON_OFF = ['on', 'off'];
const INPUT_TYPES = (
  'text button checkbox color date datetime-local email file hidden image month number password ' +
  'radio range reset search submit tel time url week'
).split(' ');

// Attributes of accessors whose name in lower case they are not.
const ATTRIBUTES = {
  acceptCharset: 'accept-charset',
  currentSrc: 'src',
  defaultChecked: 'checked',
  defaultMuted: 'muted',
  defaultSelected: 'selected',
  defaultValue: 'value',
  encoding: 'enctype',
  htmlFor: 'for',
  httpEquiv: 'http-equiv',
};

const LINK = {
  text: 'accessKey download hrefLang rel target type',
  urls: 'href',
  words: { referrerPolicy: REFERRER_POLICIES },
};
const MEDIA = {
  text: 'currentSrc mediaGroup',
  flags: 'autoplay controls defaultMuted loop muted',
  urls: 'src',
  words: { preload: ['auto', 'metadata', 'none'] },
  hasCrossOrigin: true,
};
const CHANGE = { text: 'cite datetime' };
const CELL = { text: 'headers', numbers: { colSpan: 1, rowSpan: 1 } };

// Of enumerations, the first word stands for all that are not in it. `numbers` are those that
// stand for an attribute that is none.
const TAGS = {
  a: LINK,
  area: LINK,
  audio: MEDIA,
  base: { text: 'target' },
  button: {
    text: 'accessKey',
    flags: 'autofocus disabled',
    numbers: { tabIndex: 0 },
    words: { type: ['submit', 'button', 'menu', 'reset'] },
  },
  canvas: { numbers: { width: 150, height: 150 } },
  col: { numbers: { span: 1 } },
  data: { text: 'value' },
  datalist: {},
  del: CHANGE,
  embed: { text: 'height src type width' },
  fieldset: { text: 'name', flags: 'disabled' },
  form: {
    text: 'acceptCharset name target',
    flags: 'noValidate',
    urls: 'action',
    words: { autocomplete: ON_OFF, encoding: ENCODINGS, enctype: ENCODINGS },
  },
  iframe: {
    text: 'height name width',
    flags: 'allowfullscreen',
    urls: 'src',
    words: { referrerPolicy: REFERRER_POLICIES },
  },
  img: {
    text: 'alt name sizes srcset useMap',
    flags: 'isMap',
    numbers: { height: 0, width: 0 },
    urls: 'currentSrc src',
    words: { referrerPolicy: REFERRER_POLICIES },
    hasCrossOrigin: true,
  },
  input: {
    text:
      'accept accessKey alt defaultValue dirName height max min name pattern placeholder step ' +
      'value width',
    flags: 'autofocus checked defaultChecked disabled multiple readonly required',
    numbers: { maxLength: -1, size: 0, tabIndex: 0 },
    urls: 'src',
    words: { autocomplete: ON_OFF, type: INPUT_TYPES },
  },
  ins: CHANGE,
  keygen: {
    text: 'challenge name',
    flags: 'autofocus disabled',
    words: { keytype: ['RSA', 'DSA', 'EC'], type: ['keygen'] },
  },
  label: { text: 'htmlFor' },
  legend: { text: 'accessKey' },
  li: {
    numbers: { value: 0 },
    words: { type: ['', '1', 'a', 'A', 'i', 'I', 'disc', 'square', 'circle'] },
  },
  link: {
    text: 'hreflang media rel target type',
    urls: 'href',
    words: { referrerPolicy: REFERRER_POLICIES },
    hasCrossOrigin: true,
  },
  map: { text: 'name' },
  meta: {
    text: 'content name',
    words: { httpEquiv: ['content-type', 'default-style', 'refresh'] },
  },
  meter: { numbers: { high: 0, low: 0, max: 0, min: 0, optimum: 0 } },
  object: {
    text: 'height name type useMap width',
    flags: 'typeMustMatch',
    numbers: { tabIndex: 0 },
    urls: 'data',
  },
  ol: {
    flags: 'reversed',
    numbers: { start: 0 },
    words: { type: ['1', 'a', 'A', 'i', 'I'] },
  },
  optgroup: { text: 'label', flags: 'disabled' },
  option: { flags: 'defaultSelected selected' },
  output: { text: 'htmlFor name', words: { type: ['output'] } },
  param: { text: 'name value' },
  pre: { text: 'name value' },
  progress: {},
  quote: { text: 'cite' },
  script: {
    text: 'charset crossOrigin type',
    flags: 'async defer noModule',
    urls: 'src',
  },
  select: {
    text: 'name',
    flags: 'autofocus disabled multiple required',
    numbers: { tabIndex: 0 },
  },
  source: { text: 'keySystem media sizes srcset type', urls: 'src' },
  style: { text: 'media' },
  table: { flags: 'sortable' },
  tbody: {},
  td: CELL,
  textarea: {
    text: 'accessKey defaultValue placeholder value',
    flags: 'readOnly required',
    numbers: { cols: 0, maxLength: 0, rows: 0, tabIndex: 0 },
    words: {
      autocapitalize: ['sentences', 'none', 'off', 'characters', 'words'],
      autocomplete: ON_OFF,
      type: ['textarea'],
      wrap: ['soft', 'hard', 'off'],
    },
  },
  tfoot: {},
  th: {
    text: 'abbr headers',
    flags: 'sorted',
    numbers: CELL.numbers,
    words: { scope: ['', 'row', 'col', 'colgroup', 'rowgroup'] },
  },
  thead: {},
  time: { text: 'datetime' },
  title: {},
  tr: {},
  track: {
    text: 'label srclang',
    flags: 'default',
    urls: 'src',
    words: { kind: ['subtitle', 'captions', 'descriptions', 'chapters', 'metadata'] },
  },
  ul: { text: 'type' },
  video: MEDIA,
};

const attributeOf = (name) => ATTRIBUTES[name] ?? name.toLowerCase();
const names = (list) => (list === undefined ? [] : list.split(' '));

// The number that the whole text is, if it is one of 64 bits.
function wholeNumber(text, otherwise) {
  if (text === undefined || !/^[+-]?\d+$/.test(text)) return otherwise;
  const number = BigInt.asIntN(64, BigInt(text.replace('+', '')));
  return number === BigInt(text.replace('+', '')) ? Number(text) : otherwise;
}

// Functions of a node (what `nodeOf` gives) and its element, by the names of accessors; undefined
// for tags without any.
export function accessorsOf(tag) {
  const own = Object.hasOwn(TAGS, tag) ? TAGS[tag] : undefined;
  if (own === undefined) return undefined;
  const accessors = {};
  const define = (name, read) => {
    const attribute = attributeOf(name);
    accessors[name] = (at) => read(at.document.attribute(at.node, attribute), at, attribute);
  };
  for (const name of names(own.text)) define(name, (value) => value ?? '');
  for (const name of names(own.flags)) define(name, (value) => value !== undefined);
  for (const name of names(own.urls)) define(name, (_, at, key) => resolvedAttribute(at, key, ''));
  for (const [name, otherwise] of Object.entries(own.numbers ?? {})) {
    define(name, (value) => wholeNumber(value, otherwise));
  }
  for (const [name, words] of Object.entries(own.words ?? {})) {
    define(name, (value) => (words.includes(value) ? value : words[0]));
  }
  if (own.hasCrossOrigin) {
    const words = ['anonymous', 'use-credentials'];
    define('crossOrigin', (value) => (words.includes(value) ? value : undefined));
  }
  return Object.assign(accessors, linkAccessors[tag], fieldAccessors[tag], tableAccessors[tag]);
}
