/* parity
title: k6/secrets with a mock source: get, unknown keys, named sources, redaction in logs
points: 11
args: --secret-source=mock=default,cool=some_secret,other=second_secret
*/
import secrets from 'k6/secrets';

export default async function () {
  const cool = await secrets.get('cool');
  console.log('length', cool.length, cool === 'some' + '_' + 'secret');
  console.log('redacted', cool, `in a text ${cool} too`, JSON.stringify({ cool }));
  try { console.log(await secrets.get('nothing')); } catch (e) { console.log('unknown key rejects'); }
  try {
    const named = await secrets.source('default').get('other');
    console.log('named source', named.length);
  } catch (e) { console.log('named source rejects'); }
  try { await secrets.source('nowhere').get('cool'); console.log('found'); } catch (e) { console.log('unknown source throws'); }
  console.log('keys', Object.keys(secrets).sort().join());
}
