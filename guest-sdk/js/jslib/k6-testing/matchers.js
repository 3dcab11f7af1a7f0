// What each matcher asks of a value: whether it is so, and what to show where it is not.

/** Those that wait for an element of a page. */
export const BROWSER_MATCHERS = [
  'toBeChecked', 'toBeDisabled', 'toBeEditable', 'toBeEmpty', 'toBeEnabled', 'toBeHidden',
  'toBeInViewport', 'toBeVisible', 'toContainText', 'toHaveAttribute', 'toHaveText', 'toHaveTitle',
  'toHaveValue',
];

function text(value) {
  if (value === undefined) return 'undefined';
  if (typeof value === 'function') return `[Function ${value.name || 'anonymous'}]`;
  if (typeof value === 'number' || typeof value === 'bigint' || typeof value === 'symbol') {
    return Object.is(value, -0) ? '-0' : String(value);
  }
  if (value instanceof RegExp || value instanceof Error) return String(value);
  if (value instanceof Set) return `Set ${text([...value])}`;
  if (value instanceof Map) return `Map ${text([...value])}`;
  try {
    return JSON.stringify(value);
  } catch (error) {
    // Cycles, mostly.
    return String(value);
  }
}

function definedKeys(object) {
  return Object.keys(object).filter((key) => object[key] !== undefined);
}

/** Deep equality as Playwright has it: a property that is undefined is none. */
function equals(a, b, seen = []) {
  if (Object.is(a, b)) return true;
  if (a === null || b === null || typeof a !== 'object' || typeof b !== 'object') return false;
  const kind = Object.prototype.toString.call(a);
  if (kind !== Object.prototype.toString.call(b)) return false;
  if (seen.some(([x, y]) => x === a && y === b)) return true;
  const inner = [...seen, [a, b]];
  if (a instanceof Date) return Object.is(a.getTime(), b.getTime());
  if (a instanceof RegExp) return String(a) === String(b);
  if (a instanceof Error) return a.name === b.name && a.message === b.message;
  if (a instanceof Set || a instanceof Map) {
    const others = [...b];
    return a.size === b.size && [...a].every((x) => others.some((y) => equals(x, y, inner)));
  }
  if (a instanceof ArrayBuffer) return equals(new Uint8Array(a), new Uint8Array(b), inner);
  if (Array.isArray(a) || ArrayBuffer.isView(a)) {
    if (a.length !== b.length) return false;
    return Array.from(a).every((item, i) => equals(item, b[i], inner));
  }
  const keys = definedKeys(a);
  return keys.length === definedKeys(b).length &&
    keys.every((key) => key in b && equals(a[key], b[key], inner));
}

const expectedReceived = (expected, received) => [
  ['Expected', expected], ['Received', text(received)],
];

/** A matcher without arguments. */
const simple = (test) => (received) => ({
  passed: test(received), rows: [['Received', text(received)]],
});

const comparison = (sign, test) => (received, expected) => {
  const number = (value) => typeof value === 'number' || typeof value === 'bigint';
  if (!number(received) || !number(expected)) {
    throw new TypeError(`k6-testing: ${text(received)} ${sign} ${text(expected)} needs numbers`);
  }
  return {
    passed: test(received, expected),
    rows: expectedReceived(`${sign} ${text(expected)}`, received),
    hint: 'expected',
  };
};

function closeTo(received, expected, precision = 2) {
  const difference = Math.abs(received - expected);
  return {
    passed: received === expected || difference < 10 ** -precision / 2,
    rows: [
      ...expectedReceived(text(expected), received),
      ['Expected precision', String(precision)],
      ['Expected difference', `< ${10 ** -precision / 2}`],
      ['Received difference', String(difference)],
    ],
    hint: 'expected, precision',
  };
}

/** The items of a list or a set. */
function itemsOf(received, name) {
  if (Array.isArray(received) || received instanceof Set) return [...received];
  throw new TypeError(`k6-testing: ${name}() needs an array or a set, got ${text(received)}`);
}

function contain(received, expected) {
  const passed = typeof received === 'string' ? received.includes(expected)
    : itemsOf(received, 'toContain').includes(expected);
  return {
    passed,
    rows: [['Expected to contain', text(expected)], ['Received', text(received)]],
    hint: 'expected',
  };
}

function containEqual(received, expected) {
  return {
    passed: itemsOf(received, 'toContainEqual').some((item) => equals(item, expected)),
    rows: [['Expected to contain', text(expected)], ['Received', text(received)]],
    hint: 'expected',
  };
}

function length(received, expected) {
  if (received === null || received === undefined || typeof received.length !== 'number') {
    throw new TypeError(`k6-testing: toHaveLength() needs a length, got ${text(received)}`);
  }
  return {
    passed: received.length === expected,
    rows: [
      ['Expected length', text(expected)], ['Received length', text(received.length)],
      ['Received', text(received)],
    ],
    hint: 'expected',
  };
}

/** The keys of a path: a list, or text such as `a.b[0]`. */
function keysOf(path) {
  if (Array.isArray(path)) return path;
  return String(path).replace(/\[(\w+)\]/g, '.$1').split('.').filter((key) => key !== '');
}

function property(received, path, ...expected) {
  let value = received;
  let exists = true;
  for (const key of keysOf(path)) {
    exists = exists && value !== null && value !== undefined && key in Object(value);
    value = exists ? value[key] : undefined;
  }
  const rows = [['Property path', Array.isArray(path) ? text(path) : String(path)]];
  if (expected.length === 0) {
    rows.push(['Expected property', 'to exist']);
  } else {
    rows.push(['Expected property to equal', text(expected[0])]);
  }
  rows.push(['Received object', text(received)]);
  return {
    passed: exists && (expected.length === 0 || equals(value, expected[0])),
    rows,
    hint: expected.length === 0 ? 'keyPath' : 'keyPath, expected',
  };
}

export const MATCHERS = {
  toBe: (received, expected) => ({
    passed: Object.is(received, expected),
    rows: expectedReceived(text(expected), received),
    hint: 'expected',
  }),
  toBeCloseTo: closeTo,
  toBeDefined: simple((v) => v !== undefined),
  toBeFalsy: simple((v) => !v),
  toBeGreaterThan: comparison('>', (a, b) => a > b),
  toBeGreaterThanOrEqual: comparison('>=', (a, b) => a >= b),
  toBeInstanceOf: (received, expected) => ({
    passed: received instanceof expected,
    rows: expectedReceived(`an instance of ${expected.name}`, received),
    hint: 'expected',
  }),
  toBeLessThan: comparison('<', (a, b) => a < b),
  toBeLessThanOrEqual: comparison('<=', (a, b) => a <= b),
  toBeNaN: simple((v) => Number.isNaN(v)),
  toBeNull: simple((v) => v === null),
  toBeTruthy: simple((v) => Boolean(v)),
  toBeUndefined: simple((v) => v === undefined),
  toContain: contain,
  toContainEqual: containEqual,
  toEqual: (received, expected) => ({
    passed: equals(received, expected),
    rows: expectedReceived(text(expected), received),
    hint: 'expected',
  }),
  toHaveLength: length,
  toHaveProperty: property,
};
