// Elements: single nodes with the accessors of the DOM, as functions. The classes of tags with
// accessors of their own are made when the first such element is seen.

import { accessorsOf } from 'squall:html/tags';
import { Selection } from 'squall:html/selection';

const ELEMENT = 1;
const TEXT = 3;
const COMMENT = 8;

// Document, number and URL of an element; undefined for anything else.
export let nodeOf;

class Attribute {
  #prefix;
  #localName;
  #element;

  constructor(element, name, prefix, value) {
    this.owner_element = element;
    this.name = name;
    this.value = value;
    this.#prefix = prefix;
    this.#localName = name;
    this.#element = element;
  }

  localName() {
    return this.#localName;
  }

  namespaceURI() {
    return this.#element.ownerDocument().namespaceURI();
  }

  prefix() {
    return this.#prefix;
  }
}

class Element {
  #document;
  #node;
  #previous;
  #url;

  static {
    nodeOf = (value) => {
      if (typeof value !== 'object' || value === null || !(#node in value)) return undefined;
      return { document: value.#document, node: value.#node, url: value.#url };
    };
  }

  constructor(document, node, previous, url) {
    this.#document = document;
    this.#node = node;
    this.#previous = previous;
    this.#url = url;
  }

  #element(node) {
    if (node === undefined) return undefined;
    return elementOf(this.#document, node, null, this.#url);
  }

  #elements(nodes) {
    return nodes.map((node) => this.#element(node));
  }

  #relative(name) {
    return this.#element(this.#document.relative(this.#node, name));
  }

  #walk(axis) {
    return this.#document.walk([this.#node], axis, undefined, undefined);
  }

  #attribute(name) {
    return this.#document.attribute(this.#node, String(name));
  }

  #find(selector) {
    return this.#document.find([this.#node], String(selector));
  }

  selection() {
    return new Selection(this.#document, [this.#node], this.#previous, this.#url);
  }

  attributes() {
    const fields = this.#document.attributes(this.#node);
    const attributes = {};
    for (let at = 0; at < fields.length; at += 3) {
      const [name, prefix, value] = fields.slice(at, at + 3);
      attributes[name] = new Attribute(this, name, prefix, value);
    }
    return attributes;
  }

  getAttribute(name) {
    return this.#attribute(name);
  }

  getAttributeNode(name) {
    const fields = this.#document.attributes(this.#node);
    for (let at = 0; at < fields.length; at += 3) {
      if (fields[at] === String(name)) {
        return new Attribute(this, fields[at], fields[at + 1], fields[at + 2]);
      }
    }
    return undefined;
  }

  hasAttribute(name) {
    return this.#attribute(name) !== undefined;
  }

  hasAttributes() {
    return this.#document.attributes(this.#node).length > 0;
  }

  id() {
    return this.#attribute('id') ?? '';
  }

  className() {
    return this.#attribute('class');
  }

  classList() {
    return (this.#attribute('class') ?? '').split(/\s+/).filter(Boolean);
  }

  lang() {
    return this.#attribute('lang');
  }

  nodeName() {
    return this.#document.name(this.#node);
  }

  nodeType() {
    return this.#document.type(this.#node);
  }

  // As in k6, that of a comment is empty.
  nodeValue() {
    const type = this.nodeType();
    if (type === TEXT) return this.textContent();
    return type === COMMENT ? '' : undefined;
  }

  namespaceURI() {
    return this.#document.namespace(this.#node);
  }

  isDefaultNamespace() {
    return this.namespaceURI() === 'http://www.w3.org/1999/xhtml';
  }

  innerHTML() {
    return this.#document.html(this.#node);
  }

  textContent() {
    return this.#document.text([this.#node]);
  }

  toString() {
    return this.nodeType() === ELEMENT ? '[object html.Node]' : `[object ${this.nodeName()}]`;
  }

  ownerDocument() {
    return this.#element(0);
  }

  parentNode() {
    return this.#relative('parent');
  }

  parentElement() {
    return this.#element(this.#walk('parent')[0]);
  }

  firstChild() {
    return this.#relative('firstChild');
  }

  lastChild() {
    return this.#relative('lastChild');
  }

  previousSibling() {
    return this.#relative('previous');
  }

  nextSibling() {
    return this.#relative('next');
  }

  firstElementChild() {
    return this.#element(this.#walk('children')[0]);
  }

  lastElementChild() {
    return this.#element(this.#walk('children').at(-1));
  }

  previousElementSibling() {
    return this.#element(this.#walk('prev')[0]);
  }

  nextElementSibling() {
    return this.#element(this.#walk('next')[0]);
  }

  childNodes() {
    return this.#elements(this.#walk('contents'));
  }

  children() {
    return this.#elements(this.#walk('children'));
  }

  childElementCount() {
    return this.#walk('children').length;
  }

  hasChildNodes() {
    return this.#document.relative(this.#node, 'firstChild') !== undefined;
  }

  querySelector(selector) {
    return this.#element(this.#find(selector)[0]);
  }

  querySelectorAll(selector) {
    return this.#elements(this.#find(selector));
  }

  getElementsByTagName(name) {
    return this.#elements(this.#find(name));
  }

  getElementsByClassName(name) {
    return this.#elements(this.#find(`.${name}`));
  }

  matches(selector) {
    return this.#document.filter([this.#node], String(selector)).length > 0;
  }

  contains(other) {
    const inner = nodeOf(other);
    if (inner?.document !== this.#document) return false;
    return this.#document.isBelow(inner.node, this.#node);
  }

  isSameNode(other) {
    const same = nodeOf(other);
    return same?.document === this.#document && same.node === this.#node;
  }

  isEqualNode(other) {
    return nodeOf(other) !== undefined && this.innerHTML() === other.innerHTML();
  }
}

const classes = new Map([['', Element]]);

function classOf(tag) {
  const known = classes.get(tag);
  if (known !== undefined) return known;
  const accessors = accessorsOf(tag);
  // Unknown tags are not kept: there is no end of them.
  if (accessors === undefined) return Element;
  const Tagged = class extends Element {};
  for (const [name, read] of Object.entries(accessors)) {
    Object.defineProperty(Tagged.prototype, name, {
      value() {
        return read(nodeOf(this), this);
      },
      configurable: true,
      writable: true,
    });
  }
  classes.set(tag, Tagged);
  return Tagged;
}

// The element of a node. `previous` is the selection that it was taken from.
export function elementOf(document, node, previous, url) {
  return new (classOf(document.tag(node)))(document, node, previous, url);
}
