// Methods of a response that are about HTML: `html`, `submitForm` and `clickLink`.

import { formText, parseHtml, request, resolveUrl } from 'native:http';

const NO_BODY =
  "the body is null so we can't transform it to HTML - this likely was because of a request " +
  'error getting the response';

export function html(selector) {
  if (this.body === null) {
    throw new Error(NO_BODY);
  }
  const page = parseHtml(this.body, this.url);
  return selector === undefined ? page : page.find(String(selector));
}

// `find` finds nothing: the error says what was looked for, and where.
function notFound(what, selector, response) {
  return new Error(`no ${what} found for selector '${selector}' in response '${response.url}'`);
}

// Fields of the form, its submit button, then what the script has set.
function valuesOf(form, submitSelector, fields) {
  const values = form.serializeObject();
  const submit = form.find(submitSelector);
  const name = submit.attr('name');
  const value = submit.val();
  if (name !== undefined && value !== undefined) {
    values[name] = value;
  }
  return Object.assign(values, fields);
}

export function submitForm(args) {
  const options = args === undefined || args === null ? {} : args;
  const { formSelector = 'form', submitSelector = '[type="submit"]', fields, params } = options;
  const form = this.html(formSelector);
  if (form.size() === 0) {
    throw notFound('form', formSelector, this);
  }
  const attribute = form.attr('method');
  const method = attribute === undefined ? 'GET' : attribute.toUpperCase();
  const action = form.attr('action');
  const url = action === undefined ? this.url : resolveUrl(this.url, action);
  const values = valuesOf(form, submitSelector, fields);
  if (method !== 'GET') {
    return request(method, url, values, params);
  }
  // Several chosen options are one value in an address, and one each in a body.
  for (const name of Object.keys(values).filter((name) => Array.isArray(values[name]))) {
    values[name] = String(values[name]);
  }
  const [page] = url.split(/[?#]/, 1);
  return request(method, `${page}?${formText(values)}`, null, params);
}

export function clickLink(args) {
  const options = args === undefined || args === null ? {} : args;
  const { selector = 'a[href]', params } = options;
  const link = this.html(selector);
  if (link.size() === 0) {
    throw notFound('element', selector, this);
  }
  const href = link.attr('href');
  if (href === undefined) {
    throw new Error(
      `no valid href attribute value found on element '${selector}' in response '${this.url}'`,
    );
  }
  return request('GET', resolveUrl(this.url, href), undefined, params);
}
