// `data-` attributes: how their names and values look to scripts.

const PREFIX = 'data-';

// k6 writes these words in capitals, and knows them when they are.
const CAPITAL_WORDS = new Set(
  (
    'ACL API ASCII CPU CSS DNS EOF ETA GPU GUID HTML HTTP HTTPS ID IP JSON LHS OS QPS RAM RHS ' +
    'RPC SLA SMTP SQL SSH TCP TLS TTL UDP UI UID UUID URI URL UTF8 VM XML XMPP XSRF XSS'
  ).split(' '),
);
const CAPITAL_WORD_LENGTH_MAX = 5;

function isUpperCase(letter) {
  return letter !== letter.toLowerCase();
}

// user-id: userID
function propertyName(attribute) {
  const [first, ...words] = attribute.split(/-/);
  let name = first;
  for (const word of words.join('_').split('_')) {
    const capitals = word.toUpperCase();
    if (CAPITAL_WORDS.has(capitals)) name += capitals;
    else if (capitals === 'OAUTH') name += 'OAuth';
    else name += capitals.slice(0, 1) + word.slice(1);
  }
  return name;
}

// The longest word of the above that the text begins with.
function capitalWord(text) {
  for (let length = CAPITAL_WORD_LENGTH_MAX; length > 0; length -= 1) {
    const word = text.slice(0, length);
    if (word.length === length && (CAPITAL_WORDS.has(word) || word === 'OAuth')) return word;
  }
  return '';
}

// userID, userId, user_id: user-id
function attributeName(property) {
  const words = [];
  let begin = 0;
  for (let at = 1; at < property.length; at += 1) {
    if (!isUpperCase(property[at])) continue;
    const known = capitalWord(property.slice(begin));
    const word = known || property.slice(begin, at);
    words.push(word);
    if (known) at += known.length - 1;
    begin = at;
  }
  words.push(property.slice(begin));
  return words.filter(Boolean).join('-').toLowerCase().replaceAll('_', '-');
}

// A number as digits, without an exponent.
function digits(number) {
  const text = String(number);
  const parts = /^(-?)(\d)(?:\.(\d+))?e([+-]\d+)$/.exec(text);
  if (parts === null) return text;
  const [, sign, first, rest = '', exponent] = parts;
  const all = first + rest;
  if (exponent < 0) return `${sign}0.${'0'.repeat(-exponent - 1)}${all}`;
  return sign + all.padEnd(Number(exponent) + 1, '0');
}

function converted(text) {
  if (text === '' || text === 'null' || text === 'undefined') return undefined;
  if (text === 'true' || text === 'false') return text === 'true';
  if (text[0] === '{' || text[0] === '[') {
    try {
      return JSON.parse(text);
    } catch {
      return text;
    }
  }
  if (text === 'NaN') return NaN;
  if (text === '+Inf' || text === '-Inf') return text === '+Inf' ? Infinity : -Infinity;
  if (text === '-0') return -0;
  // Only what is written as the number would be: not 01, 1.50 or 1e3.
  const number = Number(text);
  return Number.isFinite(number) && digits(number) === text ? number : text;
}

export function dataValue(document, node, name) {
  const text = document.attribute(node, PREFIX + attributeName(name));
  return text === undefined ? undefined : converted(text);
}

// All of it; undefined when the element has no attributes at all.
export function dataOf(document, node) {
  const fields = document.attributes(node);
  if (fields.length === 0) return undefined;
  const data = {};
  for (let at = 0; at < fields.length; at += 3) {
    const name = fields[at];
    if (name.startsWith(PREFIX) && name.length > PREFIX.length) {
      data[propertyName(name.slice(PREFIX.length))] = converted(fields[at + 2]);
    }
  }
  return data;
}
