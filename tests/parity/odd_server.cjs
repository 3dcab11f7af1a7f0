// Answers that other servers do not give, made by Node.js: raw ones byte by byte, and those of its
// own HTTP/1 and HTTP/2 servers. Prints the ports as one line of JSON and ends with its standard
// input. Arguments: the files of the certificate and of its key.
'use strict';
const fs = require('node:fs');
const http = require('node:http');
const http2 = require('node:http2');
const net = require('node:net');
const zlib = require('node:zlib');

const [certificate, key] = process.argv.slice(2).map((path) => fs.readFileSync(path));

// `[bytes, whether the connection stays open]`; what is a list of texts comes in pieces.
const raw = {
  'no-reason': ['HTTP/1.1 200\r\nContent-Length: 2\r\n\r\nok', true],
  'empty-reason': ['HTTP/1.1 200 \r\nContent-Length: 2\r\n\r\nok', true],
  'line-feeds': ['HTTP/1.1 200 OK\nContent-Length: 2\nX-A: b\n\nok', true],
  'http-1.0': ['HTTP/1.0 200 OK\r\nX-Old: yes\r\n\r\nuntil the end', false],
  'http-1.0-kept': ['HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 2\r\n\r\nok', true],
  'until-the-end': ['HTTP/1.1 200 OK\r\n\r\nno length at all', false],
  'says-close': ['HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok', false],
  'no-space': ['HTTP/1.1 200 OK\r\nX-A:b\r\nX-Empty:\r\nX-Tabs:\t c \t\r\nContent-Length:2\r\n\r\nok', true],
  'latin-1': [Buffer.from('HTTP/1.1 200 OK\r\nX-Latin: gr\xfc\xdfe\r\nContent-Length: 2\r\n\r\nok', 'latin1'), true],
  'utf-8': ['HTTP/1.1 200 OK\r\nX-Utf: grüße\r\nContent-Length: 2\r\n\r\nok', true],
  'odd-case': ['HTTP/1.1 200 OK\r\nx-lower-case: 1\r\nX-UPPER-CASE: 2\r\ncOnTeNt-LeNgTh: 2\r\n\r\nok', true],
  'many-lengths': ['HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\nok', true],
  'chunk-extensions': ['HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2;a=b;c="d"\r\nok\r\n0;e\r\n\r\n', true],
  'chunk-trailers': ['HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-After\r\n\r\n2\r\nok\r\n0\r\nX-After: yes\r\n\r\n', true],
  'chunks-of-one': [['HTTP/1.1 200 OK\r\nTransfer-Enc', 'oding: chunked\r\n\r', '\n1\r\na\r\n', '1\r', '\nb\r\n0001\r\nc\r\n', '0\r\n\r\n'], true],
  'chunked-cut': ['HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n5\r\nwo', false],
  'early-hints': ['HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok', true],
  'processing': ['HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok', true],
  'continue': ['HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 201 Created\r\nContent-Length: 2\r\n\r\nok', true],
  '204-with-length': ['HTTP/1.1 204 No Content\r\nContent-Length: 0\r\n\r\n', true],
  '205': ['HTTP/1.1 205 Reset Content\r\nContent-Length: 0\r\n\r\n', true],
  '304-with-length': ['HTTP/1.1 304 Not Modified\r\nContent-Length: 500\r\nETag: "a"\r\n\r\n', true],
  'status-600': ['HTTP/1.1 600 Beyond\r\nContent-Length: 2\r\n\r\nok', true],
  'status-999': ['HTTP/1.1 999 Denied\r\nContent-Length: 2\r\n\r\nok', true],
  'location-on-200': ['HTTP/1.1 200 OK\r\nLocation: /raw/205\r\nContent-Length: 2\r\n\r\nok', true],
  'many-cookies': [`HTTP/1.1 200 OK\r\n${Array.from({ length: 60 }, (_, i) => `Set-Cookie: c${i}=${i}; Path=/\r\n`).join('')}Content-Length: 2\r\n\r\nok`, true],
  'long-header': [`HTTP/1.1 200 OK\r\nX-Long: ${'x'.repeat(60000)}\r\nContent-Length: 2\r\n\r\nok`, true],
  'many-headers': [`HTTP/1.1 200 OK\r\n${Array.from({ length: 90 }, (_, i) => `X-H-${i}: ${i}\r\n`).join('')}Content-Length: 2\r\n\r\nok`, true],
};

function answerRaw(socket, name) {
  const [bytes, stays] = raw[name] || ['HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n', true];
  const pieces = Array.isArray(bytes) ? [...bytes] : [bytes];
  const next = () => {
    if (socket.destroyed) return;
    if (pieces.length > 0) {
      socket.write(pieces.shift());
      setTimeout(next, pieces.length > 0 ? 10 : 0);
    } else if (!stays) {
      socket.end();
    }
  };
  next();
}

const rawServer = net.createServer((socket) => {
  let head = '';
  socket.setNoDelay(true);
  socket.on('error', () => socket.destroy());
  socket.on('data', (data) => {
    head += data.toString('latin1');
    for (let end; (end = head.indexOf('\r\n\r\n')) >= 0; head = head.slice(end + 4)) {
      answerRaw(socket, /^\S+ \/raw\/(\S+) /.exec(head)?.[1]);
    }
  });
});

// What both of Node's own servers answer.
const big = Buffer.alloc(300000, 'squall ');
function answer(request, response) {
  const { pathname, searchParams } = new URL(request.url, 'http://x');
  const parts = [];
  request.on('data', (part) => parts.push(part));
  request.on('end', () => {
    const body = Buffer.concat(parts);
    const send = (status, headers, data) => {
      response.writeHead(status, headers);
      response.end(data);
    };
    switch (pathname) {
      case '/seen': {
        const headers = Object.entries(request.headers).filter(([name]) => !/^(:authority|host)$/.test(name)).sort();
        return send(200, { 'Content-Type': 'application/json' }, JSON.stringify({ method: request.method, url: request.url, version: request.httpVersion, headers, body: body.toString('latin1'), bytes: body.length }));
      }
      case '/trailers':
        if (request.httpVersionMajor === 1) response.setHeader('Trailer', 'X-Sum');
        response.writeHead(200);
        response.write('with trailers');
        response.addTrailers({ 'X-Sum': '42' });
        return response.end();
      case '/hints':
        response.writeEarlyHints({ link: '</a.css>; rel=preload' });
        return send(200, {}, 'hinted');
      case '/big':
        return send(200, { 'Content-Type': 'text/plain' }, big);
      case '/brotli':
        return send(200, { 'Content-Encoding': 'br' }, zlib.brotliCompressSync(big));
      case '/gzip':
        return send(200, { 'Content-Encoding': 'gzip' }, zlib.gzipSync(big));
      case '/pieces':
        for (let i = 0; i < 20; i++) setTimeout(() => (i < 19 ? response.write(`${i},`) : response.end('19')), i * 5);
        return undefined;
      case '/status':
        return send(Number(searchParams.get('s')), searchParams.has('to') ? { Location: searchParams.get('to') } : {}, 'b');
      case '/cookies':
        return send(200, { 'Set-Cookie': ['a=1; Path=/', 'b=2; Path=/; HttpOnly', 'c=3; Path=/seen; Max-Age=60'] }, request.headers.cookie || '');
      case '/reset':
        if (request.httpVersionMajor === 2) return response.stream.close(Number(searchParams.get('code')));
        return request.socket.resetAndDestroy();
      case '/half':
        response.writeHead(200);
        response.write('half of it');
        return setTimeout(() => (request.httpVersionMajor === 2 ? response.stream.close(8) : request.socket.destroy()), 30);
      default:
        return send(404, {}, 'not here');
    }
  });
}

const servers = {
  raw: rawServer,
  http1: http.createServer(answer),
  http2: http2.createSecureServer({ cert: certificate, key, allowHTTP1: true }, answer),
};
let waiting = Object.keys(servers).length;
for (const server of Object.values(servers)) {
  server.on('clientError', (_, socket) => socket.destroy());
  server.listen(0, '127.0.0.1', () => {
    waiting -= 1;
    if (waiting === 0) {
      const ports = Object.entries(servers).map(([name, one]) => [name, one.address().port]);
      console.log(JSON.stringify(Object.fromEntries(ports)));
    }
  });
}
process.stdin.resume();
process.stdin.on('end', () => process.exit(0));
