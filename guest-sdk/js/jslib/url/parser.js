// The state machine of the URL standard, section "URL parsing": one method a state.
//
// A method looks at the character `c` (undefined at the end) and names the next state by setting
// `this.state`. `this.fail` ends it with an error, `this.stop` without one. With `override` the
// machine sets one part of a URL that exists, for the setters.

import {
  encodeChar, encodeText, inC0, inFragment, inPath, inQuery, inSpecialQuery, inUserinfo,
} from './percent.js';
import { isDrive, isNormalDrive, Machine } from './machine.js';
import { parseHost } from './host.js';
import { DEFAULT_PORTS, isSpecial, newRecord } from './record.js';

const DOT = /^(\.|%2e)$/i;
const DOTS = /^(\.|%2e){2}$/i;

class Parser extends Machine {
  schemeStart(c) {
    if (c !== undefined && /[A-Za-z]/.test(c)) {
      this.buffer = c.toLowerCase();
      this.state = 'scheme';
    } else if (this.override) {
      this.fail();
    } else {
      this.again('noScheme');
    }
  }

  scheme(c) {
    if (c !== undefined && /[A-Za-z0-9+.-]/.test(c)) {
      this.buffer += c.toLowerCase();
    } else if (c === ':') {
      if (this.override) this.changeScheme();
      else this.afterScheme();
    } else if (this.override) {
      this.fail();
    } else {
      this.buffer = '';
      this.state = 'noScheme';
      this.at = -1;
    }
  }

  changeScheme() {
    const { url } = this;
    this.stop();
    if (isSpecial(url.scheme) !== isSpecial(this.buffer)) return;
    const hasMore = url.username !== '' || url.password !== '' || url.port !== null;
    if (hasMore && this.buffer === 'file') return;
    if (url.scheme === 'file' && !url.host) return;
    url.scheme = this.buffer;
    if (url.port === DEFAULT_PORTS[url.scheme]) url.port = null;
  }

  afterScheme() {
    const { url, base } = this;
    url.scheme = this.buffer;
    this.buffer = '';
    if (url.scheme === 'file') {
      this.state = 'file';
    } else if (this.special && base !== null && base.scheme === url.scheme) {
      this.state = 'specialRelativeOrAuthority';
    } else if (this.special) {
      this.state = 'specialAuthoritySlashes';
    } else if (this.chars[this.at + 1] === '/') {
      this.state = 'pathOrAuthority';
      this.at += 1;
    } else {
      url.path = '';
      this.state = 'opaquePath';
    }
  }

  noScheme(c) {
    const { base } = this;
    const opaque = base !== null && typeof base.path === 'string';
    if (base === null || (opaque && c !== '#')) {
      this.fail();
    } else if (opaque) {
      this.copyFromBase('scheme', 'path', 'query');
      this.url.fragment = '';
      this.state = 'fragment';
    } else {
      this.again(base.scheme === 'file' ? 'file' : 'relative');
    }
  }

  specialRelativeOrAuthority(c) {
    if (c === '/' && this.chars[this.at + 1] === '/') {
      this.state = 'specialAuthorityIgnoreSlashes';
      this.at += 1;
    } else {
      this.again('relative');
    }
  }

  pathOrAuthority(c) {
    if (c === '/') this.state = 'authority';
    else this.again('path');
  }

  relative(c) {
    this.url.scheme = this.base.scheme;
    if (this.isSlash(c)) {
      this.state = 'relativeSlash';
      return;
    }
    this.copyFromBase('username', 'password', 'host', 'port', 'path', 'query');
    if (!this.startsQueryOrFragment(c) && c !== undefined) {
      this.url.query = null;
      this.shorten();
      this.again('path');
    }
  }

  relativeSlash(c) {
    if (this.special && this.isSlash(c)) {
      this.state = 'specialAuthorityIgnoreSlashes';
    } else if (c === '/') {
      this.state = 'authority';
    } else {
      this.copyFromBase('username', 'password', 'host', 'port');
      this.again('path');
    }
  }

  specialAuthoritySlashes(c) {
    if (c === '/' && this.chars[this.at + 1] === '/') {
      this.state = 'specialAuthorityIgnoreSlashes';
      this.at += 1;
    } else {
      this.again('specialAuthorityIgnoreSlashes');
    }
  }

  specialAuthorityIgnoreSlashes(c) {
    if (c !== '/' && c !== '\\') this.again('authority');
  }

  authority(c) {
    if (c === '@') {
      if (this.atSeen) this.buffer = `%40${this.buffer}`;
      this.atSeen = true;
      for (const char of this.buffer) {
        if (char === ':' && !this.passwordSeen) {
          this.passwordSeen = true;
        } else {
          const part = this.passwordSeen ? 'password' : 'username';
          this.url[part] += encodeChar(char, inUserinfo);
        }
      }
      this.buffer = '';
    } else if (this.endsAuthority(c)) {
      if (this.atSeen && this.buffer === '') {
        this.fail();
      } else {
        this.at -= Array.from(this.buffer).length + 1;
        this.buffer = '';
        this.state = 'host';
      }
    } else {
      this.buffer += c;
    }
  }

  hostname(c) { this.host(c); }

  host(c) {
    const { url } = this;
    if (this.override && url.scheme === 'file') {
      this.again('fileHost');
    } else if (c === ':' && !this.inBrackets) {
      if (this.buffer === '' || this.override === 'hostname') this.fail();
      else if (this.takeHost()) this.state = 'port';
    } else if (this.endsAuthority(c)) {
      this.at -= 1;
      const hasMore = url.username !== '' || url.password !== '' || url.port !== null;
      if (this.buffer === '' && (this.special || (this.override && hasMore))) {
        this.fail();
      } else if (this.takeHost()) {
        this.state = 'pathStart';
        if (this.override) this.stop();
      }
    } else {
      if (c === '[') this.inBrackets = true;
      if (c === ']') this.inBrackets = false;
      this.buffer += c;
    }
  }

  takeHost() {
    const host = parseHost(this.buffer, this.special);
    if (host === null) {
      this.fail();
      return false;
    }
    this.url.host = host;
    this.buffer = '';
    return true;
  }

  port(c) {
    if (c !== undefined && /[0-9]/.test(c)) {
      this.buffer += c;
    } else if (this.endsAuthority(c) || this.override) {
      if (this.buffer !== '') {
        const port = Number(this.buffer);
        if (port > 65535) {
          this.fail();
          return;
        }
        this.url.port = port === DEFAULT_PORTS[this.url.scheme] ? null : port;
        this.buffer = '';
      }
      if (this.override) this.stop();
      else this.again('pathStart');
    } else {
      this.fail();
    }
  }

  file(c) {
    const { url, base } = this;
    url.scheme = 'file';
    url.host = '';
    if (c === '/' || c === '\\') {
      this.state = 'fileSlash';
    } else if (base !== null && base.scheme === 'file') {
      this.copyFromBase('host', 'path', 'query');
      if (this.startsQueryOrFragment(c) || c === undefined) return;
      url.query = null;
      if (this.driveFollows()) url.path = [];
      else this.shorten();
      this.again('path');
    } else {
      this.again('path');
    }
  }

  fileSlash(c) {
    const { url, base } = this;
    if (c === '/' || c === '\\') {
      this.state = 'fileHost';
      return;
    }
    if (base !== null && base.scheme === 'file') {
      url.host = base.host;
      const drive = base.path[0];
      if (!this.driveFollows() && drive !== undefined && isNormalDrive(drive)) {
        url.path.push(drive);
      }
    }
    this.again('path');
  }

  fileHost(c) {
    if (c !== undefined && !'/\\?#'.includes(c)) {
      this.buffer += c;
      return;
    }
    this.at -= 1;
    if (!this.override && isDrive(this.buffer)) {
      // Not a host after all; the path state goes on with what is in the buffer.
      this.state = 'path';
      return;
    }
    if (this.buffer === '') {
      this.url.host = '';
    } else if (this.takeHost()) {
      if (this.url.host === 'localhost') this.url.host = '';
    }
    this.state = 'pathStart';
    if (this.override) this.stop();
  }

  pathStart(c) {
    if (this.special) {
      this.state = 'path';
      if (!this.isSlash(c)) this.at -= 1;
    } else if (!this.override && this.startsQueryOrFragment(c)) {
      return;
    } else if (c !== undefined) {
      this.state = 'path';
      if (c !== '/') this.at -= 1;
    } else if (this.override && this.url.host === null) {
      this.url.path.push('');
    }
  }

  path(c) {
    const ends = c === undefined || this.isSlash(c) ||
      (!this.override && (c === '?' || c === '#'));
    if (!ends) {
      this.buffer += encodeChar(c, inPath);
      return;
    }
    const { path, scheme } = this.url;
    if (DOTS.test(this.buffer)) {
      this.shorten();
      if (!this.isSlash(c)) path.push('');
    } else if (DOT.test(this.buffer)) {
      if (!this.isSlash(c)) path.push('');
    } else {
      if (scheme === 'file' && path.length === 0 && isDrive(this.buffer)) {
        this.buffer = `${this.buffer[0]}:`;
      }
      path.push(this.buffer);
    }
    this.buffer = '';
    if (!this.isSlash(c)) this.startsQueryOrFragment(c);
  }

  opaquePath(c) {
    if (this.startsQueryOrFragment(c) || c === undefined) return;
    this.url.path += encodeChar(c, inC0);
  }

  query(c) {
    if (c === undefined || (!this.override && c === '#')) {
      this.url.query += encodeText(this.buffer, this.special ? inSpecialQuery : inQuery);
      this.buffer = '';
      this.startsQueryOrFragment(c);
    } else {
      this.buffer += c;
    }
  }

  fragment(c) {
    if (c !== undefined) this.url.fragment += encodeChar(c, inFragment);
  }
}

/** The record of a URL's text, null where it is none. */
export function parseUrl(text, base) {
  // eslint-disable-next-line no-control-regex
  const trimmed = text.replace(/^[\0-\x20]+|[\0-\x20]+$/g, '');
  return new Parser(trimmed, base, newRecord(), null).run();
}

/** Sets one part; what is invalid leaves the URL as it was, or cuts the part where it is wrong. */
export function setPart(url, text, state) {
  new Parser(text, null, url, state).run();
}
