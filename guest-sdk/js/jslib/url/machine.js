// What all states of the URL parser share: where it is, and how it goes on, back, or ends.

import { isSpecial } from './record.js';

const DRIVE = /^[A-Za-z][:|]$/;
const NORMAL_DRIVE = /^[A-Za-z]:$/;

/** `C:` or `C|`. */
export const isDrive = (text) => DRIVE.test(text);

/** `C:`. */
export const isNormalDrive = (text) => NORMAL_DRIVE.test(text);

export class Machine {
  constructor(text, base, url, override) {
    this.chars = Array.from(text.replace(/[\t\n\r]/g, ''));
    this.base = base;
    this.url = url;
    this.override = override;
    this.state = override || 'schemeStart';
    this.at = 0;
    this.buffer = '';
    this.atSeen = false;
    this.inBrackets = false;
    this.passwordSeen = false;
    this.failed = false;
    this.stopped = false;
  }

  run() {
    for (; !this.failed && !this.stopped; this.at += 1) {
      const c = this.chars[this.at];
      this[this.state](c);
      // A state may step back to look at a character again.
      if (this.at >= this.chars.length) break;
    }
    return this.failed ? null : this.url;
  }

  fail() { this.failed = true; }

  stop() { this.stopped = true; }

  /** The next state looks at this character again. */
  again(state) {
    this.state = state;
    this.at -= 1;
  }

  get special() { return isSpecial(this.url.scheme); }

  isSlash(c) { return c === '/' || (this.special && c === '\\'); }

  endsAuthority(c) {
    return c === undefined || c === '?' || c === '#' || this.isSlash(c);
  }

  /** A query or a fragment starts here. */
  startsQueryOrFragment(c) {
    if (c === '?') {
      this.url.query = '';
      this.state = 'query';
    } else if (c === '#') {
      this.url.fragment = '';
      this.state = 'fragment';
    }
    return c === '?' || c === '#';
  }

  copyFromBase(...parts) {
    for (const part of parts) {
      const value = this.base[part];
      this.url[part] = Array.isArray(value) ? [...value] : value;
    }
  }

  shorten() {
    const { path, scheme } = this.url;
    if (scheme === 'file' && path.length === 1 && isNormalDrive(path[0])) return;
    path.pop();
  }

  driveFollows() {
    const [a, b, c] = this.chars.slice(this.at, this.at + 3);
    return isDrive(`${a}${b}`) && (c === undefined || '/\\?#'.includes(c));
  }
}
