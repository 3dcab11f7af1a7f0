/* parity
title: k6/secrets without a source
points: 11
*/
import secrets from 'k6/secrets';

export default async function () {
  try { console.log(await secrets.get('cool')); } catch (e) { console.log('rejects', String(e).includes('secret source')); }
}
