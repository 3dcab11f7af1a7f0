// Tests of url.js: k6 run url.test.js
import { URL, URLSearchParams } from '../url.js';
import { ONCE, guarded, same, throws } from './support.js';

export const options = ONCE;

export default guarded(() => {
  const url = new URL('https://user:p%40ss@Example.COM:8080/a/./b/../c%20d?x=1&y=2#frag');
  same('parts', [url.href, url.origin, url.protocol, url.username, url.password, url.host,
    url.hostname, url.port, url.pathname, url.search, url.hash], [
    'https://user:p%40ss@example.com:8080/a/c%20d?x=1&y=2#frag', 'https://example.com:8080',
    'https:', 'user', 'p%40ss', 'example.com:8080', 'example.com', '8080', '/a/c%20d',
    '?x=1&y=2', '#frag']);
  same('toString and toJSON', [`${url}`, JSON.stringify({ url })],
    [url.href, `{"url":"${url.href}"}`]);
  parsing();
  relative();
  setters();
  live();
  params();
  throws('no URL', () => new URL('nonsense'), 'Invalid URL: "nonsense"');
  throws('no base', () => new URL('a', 'b'), 'Invalid base URL: "b"');
  throws('not ASCII', () => new URL('http://exämple.com'), 'xn--');
  throws('port too large', () => new URL('http://a:65536'), 'Invalid URL');
  throws('bad IPv4', () => new URL('http://256.1.1.1'), 'Invalid URL');
  throws('bad IPv6', () => new URL('http://[1:2]'), 'Invalid URL');
  same('canParse', [URL.canParse('http://a'), URL.canParse('a'), URL.canParse('a', 'http://b')],
    [true, false, true]);
});

function parsing() {
  const cases = {
    'http://a:80/': 'http://a/', 'https://a:443': 'https://a/', 'http://a:443': 'http://a:443/',
    'HTTP:\\\\a\\b': 'http://a/b', ' http://a/\n': 'http://a/', 'http://a/b c"<>`{}':
      'http://a/b%20c%22%3C%3E%60%7B%7D',
    "http://a/?q='x y'#a b`": 'http://a/?q=%27x%20y%27#a%20b%60',
    'foo://h/p?a\'b': "foo://h/p?a'b", 'mailto:a@b.c': 'mailto:a@b.c', 'data:a b': 'data:a b',
    'http://a/é💩': 'http://a/%C3%A9%F0%9F%92%A9', 'http://[::1]:3000/': 'http://[::1]:3000/',
    'http://[1:0:0:2:0:0:0:3]': 'http://[1:0:0:2::3]/', 'http://0x7f.1': 'http://127.0.0.1/',
    'http://[::ffff:1.2.3.4]': 'http://[::ffff:102:304]/', 'http://2130706433': 'http://127.0.0.1/',
    'file:///C|/x/../y': 'file:///C:/y', 'file://localhost/a': 'file:///a',
    'http://u:@a': 'http://u@a/', 'http://a@b@c': 'http://a%40b@c/', 'http://a/%zz': 'http://a/%zz',
    'http://a?': 'http://a/?', 'http://a/b/%2e%2E/c': 'http://a/c', 'ws://a:80': 'ws://a/',
  };
  for (const text of Object.keys(cases)) same(`new URL(${text})`, new URL(text).href, cases[text]);
  same('empty query', new URL('http://a?#').search, '');
  same('opaque origin', new URL('data:x').origin, 'null');
  same('blob origin', new URL('blob:https://a.b/c').origin, 'https://a.b');
}

function relative() {
  const base = 'http://u@host:81/a/b/c?q#f';
  const cases = {
    x: 'http://u@host:81/a/b/x', '../x': 'http://u@host:81/a/x', '/x': 'http://u@host:81/x',
    '//other/x': 'http://other/x', '?n': 'http://u@host:81/a/b/c?n',
    '#n': 'http://u@host:81/a/b/c?q#n', '': 'http://u@host:81/a/b/c?q',
    '../../../x': 'http://u@host:81/x', './': 'http://u@host:81/a/b/', 'ftp://z': 'ftp://z/',
  };
  for (const text of Object.keys(cases)) {
    same(`"${text}" of a base`, new URL(text, base).href, cases[text]);
  }
  same('a URL as base', new URL('x', new URL(base)).pathname, '/a/b/x');
}

function setters() {
  const url = new URL('http://host/p?q#h');
  url.protocol = 'https';
  url.host = 'new:444';
  url.username = 'a:b';
  url.password = 'c d';
  url.pathname = 'x y/../z';
  url.search = 'n=1';
  url.hash = 'top';
  same('all of them', url.href, 'https://a%3Ab:c%20d@new:444/z?n=1#top');
  url.port = '443';
  same('a default port', url.port, '');
  url.hostname = 'only.name';
  url.search = '';
  url.hash = '';
  url.username = '';
  url.password = '';
  same('emptied', url.href, 'https://only.name/z');
  url.protocol = 'mailto';
  url.port = 'abc';
  same('what cannot be is left out', url.href, 'https://only.name/z');
  url.href = 'http://x/?k=v';
  same('href', [url.href, url.searchParams.get('k')], ['http://x/?k=v', 'v']);
  throws('bad href', () => { url.href = 'bad'; }, 'Invalid URL');
  same('after a bad href', url.href, 'http://x/?k=v');
}

function live() {
  const url = new URL('http://a/?x=1&x=2');
  const { searchParams } = url;
  searchParams.append('y', 'a b&c');
  same('append shows', url.href, 'http://a/?x=1&x=2&y=a+b%26c');
  searchParams.delete('x');
  same('delete shows', url.search, '?y=a+b%26c');
  url.search = '?z=9';
  same('search shows', [searchParams === url.searchParams, searchParams.get('z')], [true, '9']);
  searchParams.delete('z');
  same('emptied', url.href, 'http://a/');
}

function params() {
  same('text', [...new URLSearchParams('?a=1&b=%20+&c&=d')],
    [['a', '1'], ['b', '  '], ['c', ''], ['', 'd']]);
  same('pairs', `${new URLSearchParams([['a', 'é'], ['b', 2]])}`, 'a=%C3%A9&b=2');
  same('object', `${new URLSearchParams({ a: 1, b: "x'y~" })}`, 'a=1&b=x%27y%7E');
  same('copy', `${new URLSearchParams(new URLSearchParams('a=1'))}`, 'a=1');
  const p = new URLSearchParams('b=1&a=2&b=3');
  same('get', [p.get('b'), p.getAll('b'), p.get('z'), p.has('a'), p.has('z'), p.size],
    ['1', ['1', '3'], null, true, false, 3]);
  p.set('b', 'x');
  same('set', p.toString(), 'b=x&a=2');
  p.sort();
  same('sort', [[...p.keys()], [...p.values()], [...p.entries()]],
    [['a', 'b'], ['2', 'x'], [['a', '2'], ['b', 'x']]]);
  const seen = [];
  p.forEach((value, name, self) => seen.push(name + value + (self === p)));
  same('forEach', seen, ['a2true', 'bxtrue']);
  same('not UTF-8', new URLSearchParams('a=%ff').get('a'), '\ufffd');
  throws('not pairs', () => new URLSearchParams([['a']]), 'pair');
}
