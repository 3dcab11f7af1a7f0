// Values as text, in the style of Chai's messages: { a: 1 }, [ 'x' ], [Function name].

const MAX_DEPTH = 5;

/** What `.a(...)` compares with, apart from its case: 'string', 'Array', 'null', 'Map' ... */
export function typeOf(value) {
  if (value === null) return 'null';
  if (typeof value !== 'object') return typeof value;
  return Object.prototype.toString.call(value).slice(8, -1);
}

function quote(text) {
  const escapes = { '\n': '\\n', '\r': '\\r', '\t': '\\t', '\\': '\\\\', "'": "\\'" };
  return `'${text.replace(/[\n\r\t\\']/g, (sign) => escapes[sign])}'`;
}

function key(name) {
  if (typeof name === 'symbol') return `[${String(name)}]`;
  return /^[A-Za-z_$][\w$]*$/.test(name) ? name : quote(name);
}

function wrap(open, parts, close) {
  return parts.length === 0 ? `${open}${close}` : `${open} ${parts.join(', ')} ${close}`;
}

function inspectObject(value, seen) {
  const inner = (item) => inspectSeen(item, [...seen, value]);
  const name = typeOf(value);
  if (Array.isArray(value)) return wrap('[', Array.from(value, inner), ']');
  if (value instanceof Set) return wrap('Set{', [...value].map(inner), '}');
  if (value instanceof Map) {
    return wrap('Map{', [...value].map(([k, v]) => `${inner(k)} => ${inner(v)}`), '}');
  }
  if (ArrayBuffer.isView(value) && !(value instanceof DataView)) {
    return wrap(`${name}[`, Array.from(value, inner), ']');
  }
  const symbols = Object.getOwnPropertySymbols(value)
    .filter((s) => Object.prototype.propertyIsEnumerable.call(value, s));
  const parts = [...Object.keys(value), ...symbols].map((k) => `${key(k)}: ${inner(value[k])}`);
  const proto = Object.getPrototypeOf(value);
  const maker = proto && typeof proto.constructor === 'function' ? proto.constructor.name : '';
  return wrap(maker && maker !== 'Object' ? `${maker}{` : '{', parts, '}');
}

function inspectSeen(value, seen) {
  if (typeof value === 'string') return quote(value);
  if (typeof value === 'number') {
    if (value === 0) return Object.is(value, -0) ? '-0' : '+0';
    return String(value);
  }
  if (typeof value === 'bigint') return `${value}n`;
  if (typeof value === 'function') return value.name ? `[Function ${value.name}]` : '[Function]';
  if (value === null || typeof value !== 'object') return String(value);
  if (value instanceof Date) {
    return Number.isNaN(value.getTime()) ? 'Invalid Date' : value.toJSON();
  }
  if (value instanceof RegExp) return String(value);
  if (value instanceof Error) return String(value);
  if (value instanceof Promise) return 'Promise{…}';
  if (seen.includes(value)) return '[Circular]';
  if (seen.length >= MAX_DEPTH) return Array.isArray(value) ? '[ … ]' : '{ … }';
  return inspectObject(value, seen);
}

export function inspect(value) {
  return inspectSeen(value, []);
}

/** Cut to a length; the closing quote of a text stays. */
export function truncate(text, length) {
  if (text.length <= length) return text;
  const end = text.endsWith("'") ? "...'" : '...';
  return text.slice(0, Math.max(0, length)) + end;
}
