// Tests of formdata.js: k6 run formdata.test.js
import { check } from 'k6';
import http from 'k6/http';
import { FormData } from '../formdata.js';
import { ONCE, guarded, same } from './support.js';

export const options = ONCE;

const latin1 = (buffer) => String.fromCharCode(...new Uint8Array(buffer));
const bodyOf = (fd) => latin1(fd.body()).split(fd.boundary).join('B');

export default guarded(() => {
  const fd = new FormData();
  check(fd, {
    'boundary is text': (f) => typeof f.boundary === 'string' && f.boundary.length > 20,
    'boundaries differ': (f) => f.boundary !== new FormData().boundary,
    'body is an ArrayBuffer': (f) => f.body() instanceof ArrayBuffer,
  });
  same('empty', bodyOf(fd), '--B--\r\n');
  fd.append('text', 'value');
  fd.append('number', 5);
  fd.append('file', {
    data: new Uint8Array([0, 13, 255]).buffer, filename: 'a.png', content_type: 'image/png',
  });
  fd.append('file', { data: 'plain' });
  same('body', bodyOf(fd), [
    '--B', 'Content-Disposition: form-data; name="text"', '', 'value',
    '--B', 'Content-Disposition: form-data; name="number"', '', '5',
    '--B', 'Content-Disposition: form-data; name="file"; filename="a.png"',
    'Content-Type: image/png', '', '\x00\r\xff',
    '--B', 'Content-Disposition: form-data; name="file"', 'Content-Type: application/octet-stream',
    '', 'plain', '--B--', '',
  ].join('\r\n'));

  const set = new FormData();
  set.append('a', '1');
  set.append('b', '2');
  set.append('a', '3');
  set.set('a', 'x');
  set.set('c', 'y');
  same('set', (bodyOf(set).match(/\r\n\r\n(\w)/g) || []).join('').replace(/\s/g, ''), 'x2xy');

  const signs = new FormData();
  signs.append('q"\r\n', 'v', 'ignored');
  signs.append('u', '日');
  signs.append('l', '\xe9');
  signs.append('f', new Uint8Array([1, 2]), 'n"1');
  const text = bodyOf(signs);
  check(text, {
    'name is escaped': (t) => t.includes('name="q%22%0D%0A"\r\n\r\nv'),
    'wide text is UTF-8': (t) => t.includes('\r\n\r\n\xe6\x97\xa5\r\n'),
    'a byte is a byte': (t) => t.includes('\r\n\r\n\xe9\r\n'),
    'filename argument': (t) => t.includes('name="f"; filename="n%221"'),
  });
  if (typeof http.file === 'function') {
    const files = new FormData();
    files.append('f', http.file('abc', 'x.txt', 'text/plain'));
    check(bodyOf(files), {
      'http.file': (t) => t.includes('filename="x.txt"\r\nContent-Type: text/plain\r\n\r\nabc\r\n'),
    });
  }
});
