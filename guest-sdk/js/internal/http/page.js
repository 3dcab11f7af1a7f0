// Methods of a response that are about HTML: `html`, `submitForm` and `clickLink`.

import { formOn, formText, linkOn, parseHtml, request, resolveUrl } from 'native:http';

const NO_BODY =
  "the body is null so we can't transform it to HTML - this likely was because of a request " +
  'error getting the response';

// What is there to parse.
function bodyOf(response) {
  if (response.body === null) {
    throw new Error(NO_BODY);
  }
  return response.body;
}

const textOf = (response) => String(bodyOf(response)).toWellFormed();

export function html(selector) {
  const page = parseHtml(bodyOf(this), this.url);
  return selector === undefined ? page : page.find(String(selector));
}

// `find` finds nothing: the error says what was looked for, and where.
function notFound(what, selector, response) {
  return new Error(`no ${what} found for selector '${selector}' in response '${response.url}'`);
}

export function submitForm(args) {
  const options = args === undefined || args === null ? {} : args;
  const { formSelector = 'form', submitSelector = '[type="submit"]', fields, params } = options;
  const form = formOn(textOf(this), String(formSelector), String(submitSelector));
  if (form === undefined) {
    throw notFound('form', formSelector, this);
  }
  const url = form.action === undefined ? this.url : resolveUrl(this.url, form.action);
  const values = Object.assign(form.fields, fields);
  if (form.method !== 'GET') {
    return request(form.method, url, values, params);
  }
  // Several chosen options are one value in an address, and one each in a body.
  for (const name of Object.keys(values).filter((name) => Array.isArray(values[name]))) {
    values[name] = String(values[name]);
  }
  const [page] = url.split(/[?#]/, 1);
  return request('GET', `${page}?${formText(values)}`, null, params);
}

export function clickLink(args) {
  const options = args === undefined || args === null ? {} : args;
  const { selector = 'a[href]', params } = options;
  const link = linkOn(textOf(this), String(selector));
  if (link === undefined) {
    throw notFound('element', selector, this);
  }
  if (link.href === undefined) {
    throw new Error(
      `no valid href attribute value found on element '${selector}' in response '${this.url}'`,
    );
  }
  return request('GET', resolveUrl(this.url, link.href), undefined, params);
}
