// Files that scripts read piece by piece: `k6/experimental/fs` opens them, `k6/experimental/csv`
// reads them, too.

import { absolutePath, fileBytes, openFile, pathFromHere, readFile } from 'native:data';
import { isInit } from 'squall:phase';
import { pathOf } from 'squall:open';

export const SeekMode = { Start: 0, Current: 1, End: 2 };

function failure(name, message) {
  const error = new Error(message);
  error.name = name;
  return error;
}

const wrong = (message) => failure('TypeError', message);

function refuseNothing(value, what) {
  if (value === undefined || value === null) {
    throw wrong(`${what} cannot be null or undefined`);
  }
}

// Where a file is read, for the modules that read it. Each file object has a place of its own.
let placeOf;

export const isFile = (value) => typeof value === 'object' && value !== null && File.isFile(value);

// `{ number, offsetBytes }` of a file.
export const placeIn = (file) => placeOf(file);

export class File {
  #place;

  static {
    placeOf = (file) => file.#place;
  }

  static isFile(value) {
    return #place in value;
  }

  constructor(number, path) {
    this.#place = { number, offsetBytes: 0 };
    this.path = path;
    // They belong to the object itself, as in k6.
    this.read = async (into) => this.#read(into);
    this.seek = async (offset, whence) => this.#seek(offset, whence);
    this.stat = async () => this.#stat();
  }

  #stat() {
    const name = this.path.slice(this.path.lastIndexOf('/') + 1);
    return { name, size: fileBytes(this.#place.number) };
  }

  #read(into) {
    refuseNothing(into, 'read() failed; reason: into argument');
    if (Object.prototype.toString.call(into) !== '[object Uint8Array]') {
      throw wrong('read() failed; reason: into argument must be a Uint8Array');
    }
    const { number, offsetBytes } = this.#place;
    if (offsetBytes >= fileBytes(number)) {
      return null;
    }
    const bytes = new Uint8Array(readFile(number, offsetBytes, into.length));
    into.set(bytes);
    this.#place.offsetBytes += bytes.length;
    return bytes.length;
  }

  #seek(offset, whence) {
    refuseNothing(offset, 'seek() failed; reason: the offset argument');
    refuseNothing(whence, 'seek() failed; reason: the whence argument');
    if (!Number.isInteger(offset)) {
      throw wrong('seek() failed; reason: the offset argument must be a number');
    }
    if (!Number.isInteger(whence)) {
      throw wrong('seek() failed; reason: the whence argument must be a number');
    }
    const sizeBytes = fileBytes(this.#place.number);
    const to = destination(offset, whence, this.#place.offsetBytes, sizeBytes);
    if (to < 0) {
      throw wrong('seeking before start of file');
    }
    if (to > sizeBytes) {
      throw wrong('seeking beyond end of file');
    }
    this.#place.offsetBytes = to;
    return to;
  }
}

function destination(offset, whence, hereBytes, sizeBytes) {
  switch (whence) {
    case SeekMode.Start:
      if (offset < 0) {
        throw wrong('offset cannot be negative when using SeekModeStart');
      }
      return offset;
    case SeekMode.Current:
      return hereBytes + offset;
    case SeekMode.End:
      if (offset > 0) {
        throw wrong('offset cannot be positive when using SeekModeEnd');
      }
      // From the last byte on, as k6 counts.
      return sizeBytes - 1 + offset;
    default:
      throw wrong('seek() failed; reason: the whence argument must be a SeekMode');
  }
}

export async function open(given) {
  if (!isInit) {
    throw failure(
      'ForbiddenError',
      'open() failed; reason: opening a file is allowed only in the Init context',
    );
  }
  refuseNothing(given, 'open() failed; reason: path');
  const wanted = pathOf(given);
  if (wanted === '') {
    throw wrong('open() failed; reason: path cannot be empty');
  }
  const path = pathFromHere(wanted);
  const shown = absolutePath(path);
  let number;
  try {
    number = openFile(path);
  } catch (error) {
    throw explained(error.message, shown);
  }
  return new File(number, shown);
}

// The reason that the host gave, in the words of k6.
function explained(reason, path) {
  if (reason.endsWith('it is a folder')) {
    const what = `cannot open "${path}": opening a directory is not supported`;
    return failure('InvalidResourceError', what);
  }
  if (/no such file|not found/i.test(reason)) {
    return failure('NotFoundError', `no such file or directory "${path}"`);
  }
  return failure('InvalidResourceError', reason);
}
