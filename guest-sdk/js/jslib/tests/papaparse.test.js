// Tests of papaparse.js: k6 run papaparse.test.js
import papaparse, { parse, unparse } from '../papaparse.js';
import * as everything from '../papaparse.js';
import { ONCE, guarded, same, throws } from './support.js';

export const options = ONCE;

const rows = (text, config) => parse(text, config).data;

export default guarded(() => {
  same('exports', [typeof papaparse.parse, typeof papaparse.unparse, everything.default.parse ===
    parse, papaparse.RECORD_SEP], ['function', 'function', true, '\x1e']);
  plain();
  quotes();
  headers();
  typing();
  callbacks();
  writing();
});

function plain() {
  const result = parse('a,b,c\n1,2,3');
  same('data', result.data, [['a', 'b', 'c'], ['1', '2', '3']]);
  same('errors', result.errors, []);
  same('meta', result.meta,
    { delimiter: ',', linebreak: '\n', aborted: false, truncated: false, cursor: 11 });
  same('tab', parse('a\tb\n1\t2').meta.delimiter, '\t');
  same('pipe', parse('a|b\n1|2').meta.delimiter, '|');
  same('semicolon', rows('a;b\n1,5;2'), [['a', 'b'], ['1,5', '2']]);
  same('given delimiter', rows('a--b--c', { delimiter: '--' }), [['a', 'b', 'c']]);
  same('crlf', parse('a,b\r\nc,d').data, [['a', 'b'], ['c', 'd']]);
  same('crlf meta', parse('a,b\r\nc,d').meta.linebreak, '\r\n');
  same('cr', rows('a,b\rc,d'), [['a', 'b'], ['c', 'd']]);
  same('the last line counts', rows('a,b\n'), [['a', 'b'], ['']]);
  same('skip empty', rows('a,b\n\nc,d\n', { skipEmptyLines: true }), [['a', 'b'], ['c', 'd']]);
  same('skip empty keeps blanks', rows('a,b\n , \n', { skipEmptyLines: true }).length, 2);
  same('greedy', rows('a,b\n , \n', { skipEmptyLines: 'greedy' }), [['a', 'b']]);
  same('comments', rows('#x\na,b\n#y\nc,d', { comments: '#' }), [['a', 'b'], ['c', 'd']]);
  same('comments true', rows('a,b\n# "y', { comments: true }), [['a', 'b']]);
  same('preview', rows('a,b\nc,d\ne,f', { preview: 2 }).length, 2);
  same('preview truncates', parse('a,b\nc,d\ne,f', { preview: 2 }).meta.truncated, true);
  same('empty text', parse('').data, []);
  same('one column', parse('a\nb').errors[0].code, 'UndetectableDelimiter');
  same('one column, comma', parse('a\nb').meta.delimiter, ',');
  same('byte order mark', rows('\ufeffa,b'), [['a', 'b']]);
  throws('a number', () => parse(5), 'takes text, got number');
  throws('download', () => parse('http://x', { download: true }), 'need a browser');
  throws('comment is delimiter', () => parse('a', { delimiter: '#', comments: '#' }), 'Comment');
}

function quotes() {
  same('quoted', rows('"a,1",b\n"c\nd",e'), [['a,1', 'b'], ['c\nd', 'e']]);
  same('doubled', rows('"say ""hi""",b'), [['say "hi"', 'b']]);
  same('quote inside a field', rows('a "b" c,d'), [['a "b" c', 'd']]);
  same('space after a quote', rows('"a" ,"b"'), [['a', 'b']]);
  same('empty quoted', rows('"",""\n"",x'), [['', ''], ['', 'x']]);
  same('quoted crlf', rows('"a\r\nb","c"\r\n"d",e'), [['a\r\nb', 'c'], ['d', 'e']]);
  same('other quote', rows("'a,b',c", { quoteChar: "'" }), [['a,b', 'c']]);
  same('no quote', rows('"a,b"', { quoteChar: null }), [['"a', 'b"']]);
  same('escape', rows('"a\\"b",c', { escapeChar: '\\' }), [['a"b', 'c']]);
  const open = parse('a,"b\nc');
  same('unterminated', [open.data, open.errors], [[['a', 'b\nc']],
    [{ type: 'Quotes', code: 'MissingQuotes', message: 'Quoted field unterminated', row: 0,
      index: 2 }]]);
  same('malformed', parse('x,y\n"a"b,c', { delimiter: ',' }).errors.map((e) => [e.code, e.row]),
    [['InvalidQuotes', 1], ['MissingQuotes', 1]]);
}

function headers() {
  const { data, errors, meta } = parse('name,age\nJane,30\nJoe\nA,1,2,3', { header: true });
  same('objects', data, [{ name: 'Jane', age: '30' }, { name: 'Joe' },
    { name: 'A', age: '1', __parsed_extra: ['2', '3'] }]);
  same('fields', meta.fields, ['name', 'age']);
  same('mismatches', errors, [
    { type: 'FieldMismatch', code: 'TooFewFields',
      message: 'Too few fields: expected 2 fields but parsed 1', row: 1 },
    { type: 'FieldMismatch', code: 'TooManyFields',
      message: 'Too many fields: expected 2 fields but parsed 4', row: 2 },
  ]);
  const upper = { header: true, transformHeader: (h) => h.trim().toUpperCase() };
  same('transformHeader', rows(' a ,b\n1,2', upper), [{ A: '1', B: '2' }]);
  same('preview of objects', rows('a,b\n1,2\n3,4', { header: true, preview: 1 }).length, 1);
  same('header only', parse('a,b', { header: true }).data, []);
}

function typing() {
  const text = 'n,b,s,e,d,big\n1.5,true,x,,2020-01-01T00:00:00Z,99999999999999999999';
  const [row] = rows(text, { header: true, dynamicTyping: true });
  same('typed', [row.n, row.b, row.s, row.e, row.d instanceof Date, typeof row.big],
    [1.5, true, 'x', null, true, 'string']);
  same('numbers', rows('-1,1e3,.5, 7 ,0x10,1-2,FALSE', { dynamicTyping: true }),
    [[-1, 1000, 0.5, 7, '0x10', '1-2', false]]);
  same('by name', rows('a,b\n1,2', { header: true, dynamicTyping: { b: true } }),
    [{ a: '1', b: 2 }]);
  same('by index', rows('1,2', { dynamicTyping: { 0: true } }), [[1, '2']]);
  same('by function', rows('a,b\n1,2', { header: true, dynamicTyping: (f) => f === 'a' }),
    [{ a: 1, b: '2' }]);
  const config = { header: true, transform: (v, field) => `${field}:${v}` };
  same('transform', rows('a,b\n1,2', config), [{ a: 'a:1', b: 'b:2' }]);
  same('transform by index', rows('x,y', { transform: (v, i) => v + i }), [['x0', 'y1']]);
}

function callbacks() {
  const seen = [];
  let complete;
  const returned = parse('a,b\n1,2\n3,4\n5,6', {
    header: true,
    step: (result, parser) => {
      seen.push(result.data.a);
      if (result.data.a === '3') parser.abort();
    },
    complete: (result) => { complete = result.meta.aborted; },
  });
  same('step', [seen, complete, returned.data], [['1', '3'], true, []]);
  let rowsSeen = 0;
  parse('a,b\n1,2', { complete: (result) => { rowsSeen = result.data.length; } });
  same('complete', rowsSeen, 2);
}

function writing() {
  same('arrays', unparse([['a', 'b'], [1, null]]), 'a,b\r\n1,');
  same('objects', unparse([{ a: 1, b: 'x' }, { b: 'y' }]), 'a,b\r\n1,x\r\n,y');
  same('fields and data', unparse({ fields: ['a'], data: [['1'], [2]] }), 'a\r\n1\r\n2');
  same('json', unparse('[{"a":1}]'), 'a\r\n1');
  same('needed quotes', unparse([['a,b', 'say "x"', 'l\nm', ' s', 'p']]),
    '"a,b","say ""x""","l\nm"," s",p');
  same('all quotes', unparse([['a', 1]], { quotes: true }), '"a","1"');
  same('some quotes', unparse([['a', 'b']], { quotes: [false, true] }), 'a,"b"');
  same('other signs', unparse([['a', 'b;c']], { delimiter: ';', newline: '\n' }), 'a;"b;c"');
  same('no header', unparse([{ a: 1 }], { header: false }), '1');
  same('columns', unparse([{ a: 1, b: 2, c: 3 }], { columns: ['c', 'a'] }), 'c,a\r\n3,1');
  same('skip', unparse([['a'], [''], ['b']], { skipEmptyLines: true }), 'a\r\nb');
  same('greedy', unparse([{ a: 1 }, { a: ' ' }], { skipEmptyLines: 'greedy' }), 'a\r\n1');
  same('none', unparse([]), '');
  same('date', unparse([[new Date(0)]]), '1970-01-01T00:00:00.000Z');
  throws('a number', () => unparse(5), 'Unable to serialize unrecognized input');
  const text = 'a,b\r\n"x ""1""","y\r\nz"\r\n, ';
  same('round trip', rows(unparse(rows(text))), rows(text));
}
