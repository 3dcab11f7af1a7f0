// Signs that reading and writing CSV share.

export const RECORD_SEP = '\x1e';
export const UNIT_SEP = '\x1f';
export const BYTE_ORDER_MARK = '\ufeff';
export const BAD_DELIMITERS = ['\r', '\n', '"', BYTE_ORDER_MARK];
