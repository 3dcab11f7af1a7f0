// Tests of httpx.js against a k6/http that only notes what it gets: k6 run httpx.test.js
import http from 'k6/http';
import session, { Delete, Get, Httpx, Patch, Post, Put } from '../httpx.js';
import { ONCE, guarded, same } from './support.js';

export const options = ONCE;

let calls = [];

function take() {
  const taken = calls;
  calls = [];
  return taken;
}

function stubHttp() {
  http.request = (...args) => { calls.push(args); return { status: 200 }; };
  http.asyncRequest = async (...args) => { calls.push(args); return { status: 201 }; };
  http.batch = (all) => { calls.push(all); return Array.isArray(all) ? all.map(() => 1) : {}; };
}

export default guarded(async () => {
  stubHttp();
  const x = new Httpx({
    baseURL: 'http://h/api', headers: { A: '1' }, tags: { t: 'u' }, timeout: 2000, redirects: 3,
  });
  const params = { redirects: 3, timeout: 2000, headers: { A: '1' }, tags: { t: 'u' } };
  x.get('/x');
  same('get', take(), [['GET', 'http://h/api/x', null, params]]);
  same('lastRequest', x.lastRequest, { status: 200 });
  x.post('/x', { k: 'v' }, { headers: { B: '2' }, tags: { t: 'over' }, timeout: 5 });
  same('post merges', take(), [['POST', 'http://h/api/x', { k: 'v' },
    { ...params, timeout: 5, headers: { A: '1', B: '2' }, tags: { t: 'over' } }]]);
  x.get('https://other/y');
  same('absolute', take()[0][1], 'https://other/y');
  for (const method of ['put', 'patch', 'delete', 'del', 'options', 'head', 'trace']) {
    x[method]('/m', 'b');
    const verb = method === 'del' ? 'DELETE' : method.toUpperCase();
    same(method, take()[0].slice(0, 3), [verb, 'http://h/api/m', 'b']);
  }
  x.request('PURGE', '/p');
  same('request', take()[0].slice(0, 2), ['PURGE', 'http://h/api/p']);

  for (const method of ['Get', 'Post', 'Put', 'Patch', 'Delete', 'Options', 'Head']) {
    const response = await x[`async${method}`]('/m', 'b');
    same(`async${method}`, [response.status, ...take()[0].slice(0, 3)],
      [201, method.toUpperCase(), 'http://h/api/m', 'b']);
  }
  let message = '';
  try { await x.asyncRequest('GET'); } catch (e) { message = e.message; }
  same('no URL', message, 'httpx: the URL must be text or http.url, got undefined');
  sessionState();
  batches(x);
});

function sessionState() {
  session.setBaseUrl('http://d');
  session.addHeader('A', '1');
  session.addHeaders({ B: '2', C: '3' });
  session.clearHeader('B');
  session.addTag('t', '1');
  session.addTags({ u: '2', v: '3' });
  session.clearTag('u');
  session.setTimeout(7);
  session.get('/');
  same('session', take(), [['GET', 'http://d/', null,
    { timeout: 7, headers: { A: '1', C: '3' }, tags: { t: '1', v: '3' } }]]);
  const options = { baseURL: 'http://o', headers: { A: '1' } };
  const other = new Httpx(options);
  other.addHeader('B', '2');
  same('options are not changed', options, { baseURL: 'http://o', headers: { A: '1' } });
}

function batches(x) {
  const p = (over) => ({
    redirects: 3, timeout: 2000, headers: { A: '1' }, tags: { t: 'u', name: 'n' }, ...over,
  });
  const responses = x.batch([
    new Get('/1'), new Post('/2', 'b'), new Put('/3', 'c', { headers: { B: '2' } }),
    new Patch('/4'), new Delete('/5'), '/6', ['GET', '/7'],
  ], { tags: { name: 'n' } });
  same('batch', take()[0], [
    ['GET', 'http://h/api/1', null, p()], ['POST', 'http://h/api/2', 'b', p()],
    ['PUT', 'http://h/api/3', 'c', p({ headers: { A: '1', B: '2' } })],
    ['PATCH', 'http://h/api/4', null, p()], ['DELETE', 'http://h/api/5', null, p()],
    ['GET', 'http://h/api/6', null, p()], ['GET', 'http://h/api/7', null, p()],
  ]);
  same('responses', responses.length, 7);
  x.batch({ one: new Get('/1') });
  same('named batch', take()[0].one.slice(0, 2), ['GET', 'http://h/api/1']);
  if (typeof http.url === 'function') {
    x.get(http.url`/items/${5}`);
    const [[, url, , params]] = take();
    same('http.url', [url, params.tags.name], ['http://h/api/items/5', 'http://h/api/items/${}']);
  }
}
