// The URL at which the server of the suite answers what is asked for:
// answer({ path, status, headers: { name: value or list of values }, type, body, gzip, deflate, encode, says, cut,
// missing, delay }).
export function answer(wanted) {
  const pairs = [];
  for (const key of ['status', 'reason', 'type', 'delay', 'body']) {
    if (wanted[key] !== undefined) pairs.push(`${key}=${encodeURIComponent(wanted[key])}`);
  }
  for (const [name, values] of Object.entries(wanted.headers || {})) {
    for (const value of [].concat(values)) {
      pairs.push(`header=${encodeURIComponent(`${name}: ${value}`)}`);
    }
  }
  for (const coding of ['gzip', 'deflate']) {
    if (wanted[coding]) pairs.push(coding);
  }
  for (const key of ['encode', 'says', 'cut', 'missing']) {
    if (wanted[key] !== undefined) pairs.push(`${key}=${encodeURIComponent(wanted[key])}`);
  }
  return `${__ENV.ANSWERS_URL}/answer${wanted.path || ''}?${pairs.join('&')}`;
}

// Many objects that k6 hands out are Go maps, whose keys come in an order of their own each time.
function inOrder(key, value) {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return value;
  const sorted = {};
  for (const name of Object.keys(value).sort()) sorted[name] = value[name];
  return sorted;
}

// Prints a name and what the value is as JSON with sorted keys.
export function say(name, value) {
  console.log(name, value === undefined ? 'undefined' : JSON.stringify(value, inOrder));
}

// What a call gives or throws. `words` are what people would look for in the message; without
// them only that it throws is told.
export function attempt(name, f, words) {
  let given;
  try {
    given = f();
  } catch (e) {
    const text = String(e && e.message !== undefined ? e.message : e);
    console.log(name, 'throws', words === undefined ? '' : text.includes(words) ? `"${words}"` : `something else: ${text}`);
    return;
  }
  say(`${name} gives`, given);
}
