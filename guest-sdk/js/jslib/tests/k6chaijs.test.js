// Tests of k6chaijs.js: k6 run k6chaijs.test.js
//
// The library makes checks itself, and those of the failures that are looked for here fail: what
// counts is the checks with the tag own:yes.
import chaiDefault, { chai, describe, expect } from '../k6chaijs.js';
import { ONCE_OWN_CHECKS, guarded, same } from './support.js';

export const options = ONCE_OWN_CHECKS;

/** The message of a failed assertion; '' where it passes. */
function failure(fn) {
  try {
    fn();
  } catch (e) {
    return e.name === 'AssertionError' ? e.message : `${e.name}! ${e.message}`;
  }
  return '';
}

const passes = (name, fn) => same(name, failure(fn), '');
const fails = (message, fn) => same(message, failure(fn), message);

export default guarded(async () => {
  same('exports', [chaiDefault === chai, chai.expect === expect], [true, true]);
  documented();
  values();
  contents();
  functions();
  described();
  await describedLater();
  settings();
  plugins();
});

/** The examples of k6's page about expect(). */
function documented() {
  passes('the examples of the page', () => {
    expect({ a: 1 }).to.not.have.property('b');
    expect({ a: 1 }).to.deep.equal({ a: 1 });
    expect({ a: { b: ['x', 'y'] } }).to.have.nested.property('a.b[1]');
    expect({ '.a': { '[b]': 'x' } }).to.have.nested.property('\\.a.\\[b\\]');
    expect({ a: 1 }).to.have.own.property('a');
    expect([1, 2]).to.have.ordered.members([1, 2]).but.not.have.ordered.members([2, 1]);
    expect({ a: 1, b: 2 }).to.not.have.any.keys('c', 'd');
    expect({ a: 1, b: 2 }).to.have.all.keys('a', 'b');
    expect([1, 2, 3]).to.be.an('array').that.includes(2);
    expect({}).not.to.be.arguments;
    expect({ a: 1 }).to.eql({ a: 1 }).but.not.equal({ a: 1 });
    expect({ a: 1 }).to.not.be.an.instanceof(Array);
    expect('foobar').to.match(/^foo/);
    expect('foobar').to.have.string('bar');
    expect(() => { throw new TypeError('Illegal salmon!'); }).to.throw();
    expect(1).to.satisfy((num) => num > 0);
    expect([1, 2, 3]).to.have.members([2, 1, 3]);
    expect('Today is sunny').to.contain.oneOf(['sunny', 'cloudy']);
    expect({ a: 1 }).to.be.extensible;
    expect(1).to.be.finite;
  });
}

function values() {
  passes('values that are so', () => {
    expect(1).to.be.ok.and.to.be.a('number');
    expect(null).to.be.null;
    expect(undefined).to.be.undefined;
    expect(NaN).to.be.NaN;
    expect(0).to.exist;
    expect('').to.be.empty;
    expect(new Map()).to.be.empty;
    expect(5).to.be.above(4).and.below(6).and.at.least(5).and.at.most(5);
    expect(5).to.be.within(5, 6);
    expect(5).to.be.between(1, 6);
    expect(1.5).to.be.closeTo(1, 0.5);
    expect(new Date(5)).to.be.above(new Date(4));
    expect([]).to.have.lengthOf(0);
    expect('foo').to.have.lengthOf.above(2);
    expect({ n: NaN, d: new Date(0), s: new Set([1]) })
      .to.eql({ n: NaN, d: new Date(0), s: new Set([1]) });
    expect({ [Symbol.toStringTag]: 'my' }).to.be.a('my');
    expect({ body: '{"a":1}' }).to.have.validJsonBody();
    expect({ body: '<html>' }).to.not.have.validJsonBody();
  });
  fails('expected 2 to equal 3', () => expect(2).to.equal(3));
  fails('response status: expected 404 to equal 200',
    () => expect(404, 'response status').to.equal(200));
  fails('named: expected 1 to equal 2', () => expect(1).to.equal(2, 'named'));
  fails("expected 'x' to not equal 'x'", () => expect('x').to.not.equal('x'));
  fails('expected { a: 1 } to deeply equal { a: 2 }', () => expect({ a: 1 }).to.eql({ a: 2 }));
  fails('expected false to be true', () => expect(false).to.be.true);
  fails('expected 1 to be above 2', () => expect(1).to.be.above(2));
  fails('expected 3 to be below 3', () => expect(3).not.to.be.at.least(3));
  fails("expected '1' to be a number or a date", () => expect('1').to.be.above(0));
  fails('expected 5 to be within 1..3', () => expect(5).to.be.within(1, 3));
  fails("expected 'foo' to have a length of 2 but got 3", () => expect('foo').to.have.lengthOf(2));
  fails("expected 'foo' to have a length at least 4 but got 3",
    () => expect('foo').to.have.lengthOf.at.least(4));
  fails('expected 1 to be a string', () => expect(1).to.be.a('string'));
  fails('expected [] to be an object', () => expect([]).to.be.an('object'));
  fails('expected {} not to be empty', () => expect({}).to.not.be.empty);
  fails("expected 'a' to match /b/", () => expect('a').to.match(/b/));
  fails('r: r has valid json body', () => expect({ body: '<' }, 'r').to.have.validJsonBody());
  fails('Error! Invalid Chai property: tru', () => expect(true).to.be.tru);
}

function contents() {
  passes('contents that are so', () => {
    expect('foobar').to.include('foo');
    expect([{ a: 1 }]).to.deep.include({ a: 1 });
    expect([{ a: 1 }]).to.not.include({ a: 1 });
    expect({ a: 1, b: 2 }).to.include({ a: 1 });
    expect(new Set([1, 2])).to.contain(2);
    expect({ a: 1, b: 2 }).to.have.property('a', 1);
    expect({ a: 1 }).to.have.property('a').that.equals(1);
    expect({ a: { b: 1 } }).to.have.deep.property('a', { b: 1 });
    expect({ a: 1 }).to.not.have.property('a', 2);
    expect({ a: 1, b: 2 }).to.include.keys('a');
    expect({ a: 1, b: 2 }).to.have.keys(['b', 'a']);
    expect(new Map([['k', 1]])).to.have.key('k');
    expect([1, 2, 3]).to.include.members([3, 1, 1]);
    expect([1, 2, 3]).to.include.ordered.members([1, 2]);
    expect([{ a: 1 }]).to.have.deep.members([{ a: 1 }]);
    expect(2).to.be.oneOf([1, 2]);
    expect({ a: [{ b: 1 }] }).to.deep.nested.include({ 'a[0]': { b: 1 } });
  });
  fails("expected { a: 1 } to have property 'b'", () => expect({ a: 1 }).to.have.property('b'));
  fails("expected { a: 1 } to have property 'a' of 2, but got 1",
    () => expect({ a: 1 }).to.have.property('a', 2));
  fails("expected { a: 1 } to have keys 'a', and 'b'",
    () => expect({ a: 1 }).to.have.keys('a', 'b'));
  fails("expected { a: 1 } to contain key 'b'", () => expect({ a: 1 }).to.include.keys('b'));
  fails('expected [ 1, 2 ] to include 3', () => expect([1, 2]).to.include(3));
  fails('expected [ 1, 2 ] to have the same members as [ 1, 3 ]',
    () => expect([1, 2]).to.have.members([1, 3]));
  fails('expected [ 1 ] to be a superset of [ 1, 3 ]',
    () => expect([1]).to.include.members([1, 3]));
  fails('expected 3 to be one of [ 1, 2 ]', () => expect(3).to.be.oneOf([1, 2]));
  fails('Target cannot be null or undefined.', () => expect(null).to.have.property('a'));
}

function functions() {
  const salmon = () => { throw new TypeError('Illegal salmon!'); };
  const object = { n: 1 };
  passes('functions that do so', () => {
    expect(salmon).to.throw(TypeError).with.property('message', 'Illegal salmon!');
    expect(salmon).to.throw('salmon');
    expect(salmon).to.throw(TypeError, /salmon/);
    expect(salmon).to.not.throw(RangeError);
    expect(() => 1).to.not.throw();
    expect(() => { object.n += 2; }).to.increase(object, 'n').by(2);
    expect(() => { object.n -= 1; }).to.decrease(() => object.n);
    expect(() => {}).to.not.change(object, 'n');
    expect({ m() {} }).to.respondTo('m');
    expect(class { m() {} }).to.respondTo('m');
  });
  fails('expected [Function] to throw an error', () => expect((() => () => 1)()).to.throw());
  const thrown = "'TypeError: Illegal salmon!'";
  fails(`expected [Function salmon] to throw RangeError but ${thrown} was thrown`,
    () => expect(salmon).to.throw(RangeError));
  fails('expected 1 to be a function', () => expect(1).to.throw());
}

function described() {
  let after = false;
  same('describe is true', describe('all is well', () => { expect(1).to.equal(1); }), true);
  same('describe is false', describe('one fails', () => {
    expect(1, 'number one').to.equal(2);
    after = true;
  }), false);
  same('the rest does not run', after, false);
  same('any error', describe('throws', () => { throw new Error('a::b'); }), false);
  const nested = describe('outer', () => {
    same('an inner one', describe('inner', () => { expect(1).to.be.a('string'); }), false);
  });
  same('the outer one goes on', nested, true);
  same('a failure outside throws', failure(() => expect(1).to.equal(2)), 'expected 1 to equal 2');
}

async function describedLater() {
  const wait = () => new Promise((done) => { setTimeout(done, 5); });
  same('async is true', await describe('later', async () => {
    await wait();
    expect(1).to.equal(1);
  }), true);
  same('async is false', await describe('later', async () => {
    await wait();
    expect(1).to.equal(2);
  }), false);
}

function settings() {
  same('defaults', [chai.config.truncateMsgThreshold, chai.config.truncateVariableThreshold,
    chai.config.aggregateChecks, chai.config.logFailures, chai.config.exitOnError],
  [300, 100, true, false, false]);
  chai.config.truncateVariableThreshold = 20;
  fails("expected 'aaaaaaaaaaaaaaaaaaa...' to equal 'b'",
    () => expect('a'.repeat(40)).to.equal('b'));
  chai.config.truncateVariableThreshold = 100;
  chai.config.aggregateChecks = false;
  passes('not aggregated', () => {
    expect(200, 'response status').to.equal(200);
    expect('secret').anonymize().to.be.a('string');
  });
  fails('token: expected <anonymized> to be a number',
    () => expect('secret', 'token').anonymize().to.be.a('number'));
  chai.config.aggregateChecks = true;
}

function plugins() {
  chai.use((c, util) => {
    c.Assertion.addMethod('evenAbove', function evenAbove(limit) {
      const object = util.flag(this, 'object');
      this.assert(object % 2 === 0 && object > limit, 'expected #{this} to be even above #{exp}',
        'expected #{this} to not be even above #{exp}', limit);
    });
    c.Assertion.addProperty('answer', function answer() {
      this.assert(util.flag(this, 'object') === 42, 'expected #{this} to be 42', 'no');
    });
  });
  passes('a plugin', () => expect(42).to.be.evenAbove(3).and.answer);
  fails('expected 3 to be even above 2', () => expect(3).to.be.evenAbove(2));
  chai.should();
  passes('should', () => {
    'foo'.should.be.a('string').and.have.lengthOf(3);
    (5).should.equal(5);
    ({ tea: [1, 2, 3] }).should.have.property('tea').with.lengthOf(3);
  });
}
