/* parity
title: group: nesting, tags, return values, exceptions, names
points: 1, 9
*/
import { check, group, fail } from 'k6';
import { Counter } from 'k6/metrics';

const seen = new Counter('seen');

export default function () {
  console.log('returns', JSON.stringify(group('returns', () => ({ a: [1, 2] }))));
  console.log('returns nothing', group('nothing', () => {}));
  console.log('no arguments', group('arguments', function () { return arguments.length; }));
  group('outer', () => {
    seen.add(1);
    group('inner', () => {
      seen.add(2);
      check(1, { deep: true });
      group('innermost', () => { seen.add(3, { own: 'tag' }); check(1, { deeper: false }); });
    });
    seen.add(4);
    check(1, { shallow: true });
  });
  // The same name again is the same group.
  group('outer', () => { seen.add(5); check(1, { shallow: false }); });
  try {
    group('throws', () => { seen.add(6); group('deeper', () => { throw new RangeError('through two'); }); });
  } catch (e) {
    console.log('caught', e instanceof RangeError, e.message);
  }
  // After an exception the group is the one of before.
  seen.add(7);
  check(1, { 'at the root again': true });
  try { group('fails', () => fail('stop here')); } catch (e) { console.log('fail in group', String(e).includes('stop here')); }
  for (const name of ['a::b', '::', 'x::']) {
    try { group(name, () => {}); console.log('fine', name); } catch (e) { console.log('name', name, String(e).includes('may not contain')); }
  }
  console.log('single colon', group('a:b', () => 'ok'));
  console.log('empty name', group('', () => { seen.add(8); return 'ok'; }));
  try { group('no function'); console.log('fine'); } catch (e) { console.log('no function throws'); }
  try { group('text', 'x'); console.log('fine'); } catch (e) { console.log('text throws'); }
  try { group('async', async () => { seen.add(9); }); console.log('fine'); } catch (e) { console.log('async', String(e).includes('async')); }
}
