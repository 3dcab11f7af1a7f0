// `open()`: files of the script, read in init code. Relative paths start at the folder of the
// module whose code runs; when that calls functions of other modules, it is still its own.

import * as data from 'native:data';
import { isInit } from 'squall:phase';
import { textOf } from 'squall:words';

const FILE_SCHEME = 'file://';

// A path or a `file://` URL as a path.
export function pathOf(given) {
  const path = textOf(given);
  return path.startsWith(FILE_SCHEME) ? path.slice(FILE_SCHEME.length) : path;
}

export function open(given, mode) {
  if (!isInit) {
    throw new Error(
      'the "open" function is only available in the init stage (i.e. the global scope): ' +
        'call it outside of all functions',
    );
  }
  const wanted = pathOf(given);
  if (wanted === '') {
    throw new Error("open() can't be used with an empty filename");
  }
  const path = data.pathFromHere(wanted);
  try {
    return mode === 'b' ? data.openBytes(path) : data.openText(path);
  } catch (error) {
    if (error.message.endsWith('it is a folder')) {
      throw new Error(`open() can't be used with directories, path: "${data.absolutePath(path)}"`);
    }
    throw error;
  }
}
