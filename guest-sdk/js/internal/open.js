// `open()`: files of the script, read in init code.

import { openBytes, openText } from 'native:data';

export function open(path, mode = '') {
  if (path === undefined || path === null || path === '') {
    throw new Error("open() can't be used with an empty filename");
  }
  const name = String(path).replace(/^file:\/\//, '');
  return String(mode).includes('b') ? openBytes(name) : openText(name);
}
