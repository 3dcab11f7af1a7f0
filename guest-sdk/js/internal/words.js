// Values as text, as k6 takes them where it wants text: nothing is the empty text, and a symbol is
// its description.

export function textOf(value) {
  switch (typeof value) {
    case 'string':
      return value;
    case 'undefined':
      return '';
    case 'symbol':
      return value.description ?? '';
    default:
      return value === null ? '' : String(value);
  }
}
