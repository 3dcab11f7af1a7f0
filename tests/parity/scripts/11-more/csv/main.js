/* parity
title: k6/experimental/csv: parse and Parser with their options
points: 11
*/
import { open } from 'k6/experimental/fs';
import csv from 'k6/experimental/csv';
import { say } from '../../_lib/answer.js';

// A parser moves the place in its file, so each has a file of its own.
const data = () => open('./data.csv');
const semi = () => open('./semi.csv');
const all = await csv.parse(await data());
const skipped = await csv.parse(await data(), { skipFirstLine: true });
const objects = await csv.parse(await data(), { asObjects: true });
const some = await csv.parse(await semi(), { delimiter: ';', fromLine: 1, toLine: 2 });
const parser = new csv.Parser(await semi(), { delimiter: ';', skipFirstLine: true });
const object_parser = new csv.Parser(await semi(), { delimiter: ';', asObjects: true });
const failures = [];
try { new csv.Parser(); } catch (e) { failures.push('no file throws'); }
try { await csv.parse(await semi(), { delimiter: 'long' }); failures.push('long delimiter'); } catch (e) { failures.push('long delimiter rejects'); }
try { await csv.parse(await semi(), { fromLine: 3, toLine: 1 }); failures.push('lines the wrong way'); } catch (e) { failures.push('lines the wrong way rejects'); }

export default async function () {
  say('all', [all.length, [...all]]);
  say('skipped', [skipped.length, skipped[0]]);
  say('objects', [objects.length, objects[1]]);
  say('some', [...some]);
  say('next', [await parser.next(), await parser.next(), await parser.next(), await parser.next(), await parser.next()]);
  say('objects by next', [await object_parser.next(), (await object_parser.next()).value]);
  say('failures', failures);
  try { all[0] = 1; console.log('written'); } catch (e) { console.log('writing throws'); }
  try { await csv.parse(await data()); console.log('parsed in an iteration'); } catch (e) { console.log('parse in an iteration rejects'); }
}
