// Selections: lists of nodes of one document, with the methods of jQuery. The document is native,
// and nodes are numbers in it; it is freed with the last selection or element of it.

import { parse } from 'native:html';
import { dataOf, dataValue } from 'squall:html/data';
import { elementOf, nodeOf } from 'squall:html/element';

const DOCUMENT = 0;

// The document and the nodes of a selection, for the other modules of `k6/html`.
export let partsOf;
export let isSelection;

// The selection of a whole document. `url` is where it came from, if anywhere: links are resolved
// against it.
export function parseDocument(text, url) {
  const document = parse(text.isWellFormed() ? text : text.toWellFormed());
  return new Selection(document, [DOCUMENT], null, url);
}

export function whole(number) {
  const whole = Math.trunc(Number(number));
  return Number.isNaN(whole) ? 0 : whole;
}

function kindOf(value) {
  if (value === null || value === undefined) return '<nil>';
  return Array.isArray(value) ? 'array' : typeof value;
}

function cannotSelect(value) {
  return new Error(`invalid argument, cannot use a '${kindOf(value)}' as a selector`);
}

export class Selection {
  #document;
  #nodes;
  #previous;

  static {
    isSelection = (value) => typeof value === 'object' && value !== null && #nodes in value;
    partsOf = (selection) => ({ document: selection.#document, nodes: selection.#nodes });
  }

  constructor(document, nodes, previous, url) {
    this.#document = document;
    this.#nodes = nodes;
    this.#previous = previous;
    this.url = url;
  }

  #of(nodes) {
    return new Selection(this.#document, nodes, this, this.url);
  }

  // What the callbacks of filter() and others get.
  #single(node) {
    return new Selection(this.#document, [node], null, this.url);
  }

  #element(node) {
    return elementOf(this.#document, node, this, this.url);
  }

  // Nodes of another selection. Those of other documents are unlike all of ours.
  #nodesOf(selection) {
    return selection.#document === this.#document ? selection.#nodes : [];
  }

  // What find() and others take: a selector, a selection or an element.
  #target(value) {
    if (typeof value === 'string') return value;
    if (isSelection(value)) return this.#nodesOf(value);
    const element = nodeOf(value);
    if (element === undefined) throw cannotSelect(value);
    return element.document === this.#document ? [element.node] : [];
  }

  #walk(axis, hasFilter, filter) {
    const target = hasFilter ? String(filter) : undefined;
    return this.#of(this.#document.walk(this.#nodes, axis, target, undefined));
  }

  #walkUntil(axis, count, end, filter) {
    let until;
    if (count > 2) throw cannotSelect(end);
    if (typeof end === 'string') until = end;
    else if (isSelection(end)) until = this.#nodesOf(end);
    else if (end !== undefined && end !== null) throw cannotSelect(end);
    const target = count > 1 ? String(filter) : undefined;
    return this.#of(this.#document.walk(this.#nodes, axis, target, until));
  }

  // The nodes for which a callback says yes.
  #accepted(accepts) {
    return this.#nodes.filter((node, index) =>
      accepts.call(accepts, index, this.#single(node)),
    );
  }

  #matching(value, method) {
    if (typeof value === 'string') return this.#document.filter(this.#nodes, value);
    if (isSelection(value)) return this.#document.filter(this.#nodes, this.#nodesOf(value));
    if (typeof value === 'function') return this.#accepted(value);
    throw new Error(`the argument to ${method}() must be a function, a selector or a selection`);
  }

  add(value) {
    if (isSelection(value) && value.#document !== this.#document) {
      if (value.#nodes.length === 0) return this.#of(this.#nodes);
      throw new Error('add(): the selection to add is of another document');
    }
    let added = this.#target(value);
    if (typeof added === 'string') added = this.#document.find([DOCUMENT], added);
    return this.#of([...new Set([...this.#nodes, ...added])]);
  }

  find(value) {
    const target = this.#target(value);
    if (typeof target === 'string') return this.#of(this.#document.find(this.#nodes, target));
    const isBelow = (node) => this.#nodes.some((above) => this.#document.isBelow(node, above));
    return this.#of(target.filter(isBelow));
  }

  closest(value) {
    return this.#of(this.#document.closest(this.#nodes, this.#target(value)));
  }

  has(value) {
    return this.#of(this.#document.having(this.#nodes, this.#target(value)));
  }

  not(value) {
    const out =
      typeof value === 'function'
        ? this.#accepted(value)
        : this.#document.filter(this.#nodes, this.#target(value));
    if (out.length === 0) return this.#of(this.#nodes);
    const excluded = new Set(out);
    return this.#of(this.#nodes.filter((node) => !excluded.has(node)));
  }

  filter(value) {
    return this.#of(this.#matching(value, 'filter'));
  }

  is(value) {
    return this.#matching(value, 'is').length > 0;
  }

  next(filter) {
    return this.#walk('next', arguments.length > 0, filter);
  }

  nextAll(filter) {
    return this.#walk('nextAll', arguments.length > 0, filter);
  }

  prev(filter) {
    return this.#walk('prev', arguments.length > 0, filter);
  }

  prevAll(filter) {
    return this.#walk('prevAll', arguments.length > 0, filter);
  }

  parent(filter) {
    return this.#walk('parent', arguments.length > 0, filter);
  }

  parents(filter) {
    return this.#walk('parents', arguments.length > 0, filter);
  }

  siblings(filter) {
    return this.#walk('siblings', arguments.length > 0, filter);
  }

  children(filter) {
    return this.#walk('children', arguments.length > 0, filter);
  }

  contents() {
    return this.#walk('contents', false);
  }

  nextUntil(end, filter) {
    return this.#walkUntil('nextAll', arguments.length, end, filter);
  }

  prevUntil(end, filter) {
    return this.#walkUntil('prevAll', arguments.length, end, filter);
  }

  parentsUntil(end, filter) {
    return this.#walkUntil('parents', arguments.length, end, filter);
  }

  size() {
    return this.#nodes.length;
  }

  end() {
    return this.#previous ?? new Selection(this.#document, [], null, this.url);
  }

  eq(index) {
    const at = this.#nodes.at(whole(index));
    if (at === undefined) return new Selection(this.#document, [], null, this.url);
    return this.#of([at]);
  }

  first() {
    return this.eq(0);
  }

  last() {
    return this.eq(-1);
  }

  slice(start, end) {
    const to = arguments.length > 1 ? whole(end) : this.#nodes.length;
    return this.#of(this.#nodes.slice(whole(start), to));
  }

  get(index) {
    if (arguments.length === 0) return this.#nodes.map((node) => this.#element(node));
    const at = whole(index);
    const count = this.#nodes.length;
    // As in k6, the first cannot be reached from the end.
    return at < count && at > -count ? this.#element(this.#nodes.at(at)) : undefined;
  }

  toArray() {
    return this.#nodes.map((node) => this.#of([node]));
  }

  each(callback) {
    if (typeof callback !== 'function') {
      throw new Error('the argument to each() must be a function');
    }
    this.#nodes.forEach((node, index) => {
      try {
        callback.call(callback, index, this.#element(node));
      } catch (error) {
        throw new Error(`the function passed to each() failed: ${error}`, { cause: error });
      }
    });
    return this.#of(this.#nodes);
  }

  // As in k6, what throws is left out.
  map(callback) {
    if (typeof callback !== 'function') {
      throw new Error('the argument to map() must be a function');
    }
    const results = [];
    this.#nodes.forEach((node, index) => {
      try {
        results.push(callback.call(callback, index, this.#single(node)));
      } catch {
        // Left out.
      }
    });
    return results;
  }

  index(value) {
    const [first] = this.#nodes;
    if (arguments.length === 0) {
      return first === undefined ? -1 : this.first().prevAll().size();
    }
    if (typeof value === 'string') {
      return first === undefined ? -1 : this.#document.find([DOCUMENT], value).indexOf(first);
    }
    if (isSelection(value)) return this.#nodes.indexOf(this.#nodesOf(value)[0]);
    const element = nodeOf(value);
    return element?.document === this.#document ? this.#nodes.indexOf(element.node) : -1;
  }

  text() {
    return this.#document.text(this.#nodes);
  }

  html() {
    return this.#nodes.length === 0 ? '' : this.#document.html(this.#nodes[0]);
  }

  attr(name, otherwise) {
    if (this.#nodes.length === 0) return otherwise;
    return this.#document.attribute(this.#nodes[0], String(name)) ?? otherwise;
  }

  data(name) {
    if (this.#nodes.length === 0) return undefined;
    if (arguments.length === 0) return dataOf(this.#document, this.#nodes[0]);
    return dataValue(this.#document, this.#nodes[0], String(name));
  }

  val() {
    return this.#nodes.length === 0 ? undefined : this.#document.fieldValue(this.#nodes[0]);
  }

  serializeArray() {
    return this.#document.formValues(this.#nodes);
  }

  serializeObject() {
    const values = {};
    for (const { name, value } of this.serializeArray()) values[name] = value;
    return values;
  }

  serialize() {
    return this.#document.serialize(this.#nodes);
  }
}
