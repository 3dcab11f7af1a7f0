// Values of form fields.

// The `value` attribute, or else what is in the element.
export function valueOrHtml(document, node) {
  if (node === undefined) return '';
  return document.attribute(node, 'value') ?? document.html(node);
}

function inputValue(document, node) {
  const value = document.attribute(node, 'value');
  if (value !== undefined) return value;
  const type = document.attribute(node, 'type');
  return type === 'radio' || type === 'checkbox' ? 'on' : '';
}

// What val() gives for the field. Nothing is selected that does not say so: as in k6, and other
// than in browsers, the first option is not.
export function valueOf(document, node) {
  switch (document.name(node)) {
    case 'input':
      return inputValue(document, node);
    case 'button':
      return document.attribute(node, 'value') ?? '';
    case 'textarea':
      return document.html(node);
    case 'option':
      return valueOrHtml(document, node);
    case 'select': {
      const selected = document.find([node], 'option[selected]');
      if (document.attribute(node, 'multiple') === undefined) {
        return valueOrHtml(document, selected[0]);
      }
      return selected.map((option) => valueOrHtml(document, option));
    }
    default:
      return undefined;
  }
}

const FIELDS = 'input,select,textarea,keygen';
const UNSENT_TYPES = ['submit', 'button', 'reset', 'image', 'file'];

// As in k6, `disabled` and `checked` count when their value is the same word.
function isSent(document, node) {
  const attribute = (name) => document.attribute(node, name) ?? '';
  if (attribute('name') === '' || attribute('disabled') === 'disabled') return false;
  const type = attribute('type');
  if (UNSENT_TYPES.includes(type)) return false;
  return (type !== 'checkbox' && type !== 'radio') || attribute('checked') === 'checked';
}

// Names and values of the fields among the nodes, or in them if one is a form.
export function formValues(document, nodes) {
  const hasForm = document.filter(nodes, 'form').length > 0;
  const fields = hasForm ? document.find(nodes, FIELDS) : document.filter(nodes, FIELDS);
  const sent = fields.filter((node) => isSent(document, node));
  return sent.map((node) => ({
    name: document.attribute(node, 'name'),
    value: valueOf(document, node),
  }));
}

function escaped(text) {
  const escape = (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`;
  return encodeURIComponent(text).replace(/[!'()*]/g, escape).replaceAll('%20', '+');
}

// `name=value&name=value`, by name. Of several fields of one name, the last counts.
export function urlEncoded(fields) {
  const values = new Map();
  for (const { name, value } of fields) {
    if (value !== undefined) values.set(name, [].concat(value));
  }
  const pairs = [...values.keys()].sort().flatMap((name) => {
    return values.get(name).map((value) => `${escaped(name)}=${escaped(value)}`);
  });
  return pairs.join('&');
}
