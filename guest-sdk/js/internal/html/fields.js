// Accessors of forms and of what is in them.

import { everywhere } from 'squall:html/links';
import { parseUrl, resolveUrl, urlText } from 'squall:html/url';

const ENCODINGS = ['multipart/form-data', 'text/plain'];
const FIELDS = 'input,select,button,textarea';

const attribute = (at, name) => at.document.attribute(at.node, name);

// The form around the element, or else the one that it says it is part of.
function formOf(at, element) {
  const around = element.selection().closest('form');
  if (around.size() > 0) return around.get(0);
  const id = attribute(at, 'form');
  return id === undefined ? undefined : everywhere(element, `form#${id}`)[0];
}

function labelsOf(at, element) {
  const around = element.selection().closest('label').get();
  const id = attribute(at, 'id');
  return id === undefined ? around : [...around, ...everywhere(element, `label[for="${id}"]`)];
}

// `formaction` and its kin of a button, or what its form says.
function formAttribute(at, element, name) {
  return attribute(at, `form${name}`) ?? formOf(at, element)?.getAttribute(name);
}

const form = { form: formOf };
const labels = { labels: labelsOf };

const field = {
  ...form,
  ...labels,
  formAction(at, element) {
    const action = formAttribute(at, element, 'action');
    if (at.url === '') return action ?? '';
    if (action === undefined || action === '') return at.url;
    const [base, link] = [parseUrl(at.url), parseUrl(action)];
    return base === undefined || link === undefined ? action : urlText(resolveUrl(base, link));
  },
  formEnctype(at, element) {
    const encoding = formAttribute(at, element, 'enctype');
    return ENCODINGS.includes(encoding) ? encoding : 'application/x-www-form-urlencoded';
  },
  formMethod(at, element) {
    const method = formAttribute(at, element, 'method') ?? '';
    return method.toLowerCase() === 'post' ? 'post' : 'get';
  },
  formNoValidate: (at, element) => formAttribute(at, element, 'novalidate') !== undefined,
  formTarget: (at, element) => formAttribute(at, element, 'target') ?? '',
  name: (at) => attribute(at, 'name') ?? '',
};

const UNLISTED_TYPES = ['hidden', 'checkbox', 'radio', 'file', 'button'];

const input = {
  ...field,
  list(at, element) {
    const id = attribute(at, 'list') ?? '';
    if (id === '' || UNLISTED_TYPES.includes(attribute(at, 'type'))) return undefined;
    return everywhere(element, `datalist[id="${id}"]`)[0];
  },
};

// Place of the element among those that a selector finds in its ancestors of some tags.
export function placeIn(element, ancestors, selector, otherwise) {
  const around = element.selection().parents(ancestors);
  return around.size() === 0 ? otherwise : around.find(selector).index(element);
}

const option = {
  disabled(at, element) {
    if (attribute(at, 'disabled') !== undefined) return true;
    return element.selection().parents('optgroup').attr('disabled') !== undefined;
  },
  form(at, element) {
    const around = element.selection().parents('form');
    if (around.size() > 0) return around.get(0);
    const id = element.selection().parents('select').attr('form');
    return id === undefined ? undefined : everywhere(element, `form#${id}`)[0];
  },
  index: (at, element) => placeIn(element, 'select,datalist', 'option', 0),
  label: (at, element) => attribute(at, 'label') ?? element.textContent(),
  text: (at, element) => element.textContent(),
  value: (at) => at.document.valueOrHtml(at.node),
};

const SELECTED = 'option[selected]';

const select = {
  ...form,
  ...labels,
  length: (at, element) => element.querySelectorAll('option').length,
  options: (at, element) => element.querySelectorAll('option'),
  selectedIndex(at) {
    const [selected] = at.document.find([at.node], SELECTED);
    return selected === undefined ? -1 : at.document.find([at.node], 'option').indexOf(selected);
  },
  selectedOptions: (at, element) => element.querySelectorAll(SELECTED),
  size: (at) => (attribute(at, 'multiple') === undefined ? 1 : 4),
  type: (at) => (attribute(at, 'multiple') === undefined ? 'select' : 'select-multiple'),
  value(at) {
    const [selected] = at.document.find([at.node], SELECTED);
    return selected === undefined ? '' : at.document.valueOrHtml(selected);
  },
};

// A number that is not negative.
function amount(text, otherwise) {
  const isNumber = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i.test(text ?? '');
  const number = isNumber ? Number(text) : NaN;
  return Number.isFinite(number) && number >= 0 ? number : otherwise;
}

function progressOf(at, otherwise) {
  const value = amount(attribute(at, 'value'), undefined);
  return value === undefined ? otherwise : value / amount(attribute(at, 'max'), 1);
}

export const fieldAccessors = {
  button: { ...field, value: (at) => at.document.valueOrHtml(at.node) },
  datalist: { options: (at, element) => element.querySelectorAll('option') },
  fieldset: {
    ...form,
    elements: (at, element) => element.querySelectorAll(FIELDS),
    type: () => 'fieldset',
    validity: () => undefined,
  },
  form: {
    elements: (at, element) => element.querySelectorAll(`${FIELDS},fieldset`),
    length: (at, element) => element.querySelectorAll(`${FIELDS},fieldset`).length,
    method: (at) => (attribute(at, 'method') === 'post' ? 'post' : 'get'),
  },
  input,
  keygen: { ...form, ...labels },
  label: {
    ...form,
    control(at, element) {
      const id = attribute(at, 'for');
      return id === undefined ? undefined : everywhere(element, `#${id}`)[0];
    },
  },
  legend: form,
  meter: labels,
  object: form,
  option,
  output: {
    ...form,
    ...labels,
    defaultValue: (at, element) => element.textContent(),
    value: (at, element) => element.textContent(),
  },
  progress: {
    ...labels,
    max: (at) => amount(attribute(at, 'max'), 1),
    position: (at) => progressOf(at, -1),
    value: (at) => progressOf(at, 0),
  },
  select,
  textarea: {
    ...form,
    ...labels,
    length: (at) => (attribute(at, 'value') ?? '').length,
  },
};
