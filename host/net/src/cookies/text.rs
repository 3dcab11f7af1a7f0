//! Cookies as text: `Set-Cookie` headers, what is sent in `Cookie`, dates. The rules are those of
//! Go's net/http, which k6 has.

const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

const DAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

/// The layout that k6 asks for in `CookieJar.set`.
const LAYOUT: &str = "Mon, 02 Jan 2006 15:04:05 MST";

/// A cookie as a response sets it, or a script.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SetCookie {
    /// Its name, a token.
    pub name: String,
    /// Its value, without quotes.
    pub value: String,
    /// Empty: the host alone.
    pub domain: String,
    /// Empty: the folder of the URL.
    pub path: String,
    /// Seconds; 0 is none, negative removes the cookie.
    pub max_age: i64,
    /// Milliseconds since 1970.
    pub expires_ms: Option<i64>,
    /// Only over TLS.
    pub secure: bool,
    /// Not for scripts of a page; a client has no use for it.
    pub http_only: bool,
}

impl SetCookie {
    /// Reads the value of one `Set-Cookie` header; nothing when it is malformed.
    pub fn parse(line: &str) -> Option<Self> {
        let mut parts = line.trim().split(';').map(str::trim);
        let (name, value) = parts.next()?.split_once('=')?;
        let name = name.trim();
        if !is_token(name) {
            return None;
        }
        let mut cookie = Self {
            name: name.to_owned(),
            value: checked_value(value.trim(), true)?.to_owned(),
            ..Self::default()
        };
        for part in parts.filter(|part| !part.is_empty()) {
            let (name, value) = part.split_once('=').unwrap_or((part, ""));
            if let Some(value) = checked_value(value, false) {
                cookie.set_attribute(&name.to_ascii_lowercase(), value);
            }
        }
        Some(cookie)
    }

    fn set_attribute(&mut self, name: &str, value: &str) {
        match name {
            "secure" => self.secure = true,
            "httponly" => self.http_only = true,
            "domain" => value.clone_into(&mut self.domain),
            "path" => value.clone_into(&mut self.path),
            "max-age" => {
                let seconds: Option<i64> = value.parse().ok();
                if let Some(seconds) = seconds.filter(|&s| s == 0 || !value.starts_with('0')) {
                    self.max_age = if seconds <= 0 { -1 } else { seconds };
                }
            }
            "expires" => {
                self.expires_ms = parse_date(value, ' ').or_else(|_| parse_date(value, '-')).ok();
            }
            _ => {}
        }
    }
}

/// A value without its quotes, if all of it may be in a cookie.
fn checked_value(value: &str, may_be_quoted: bool) -> Option<&str> {
    let inner = value.strip_prefix('"').and_then(|inner| inner.strip_suffix('"'));
    let value = inner.filter(|_| may_be_quoted && value.len() > 1).unwrap_or(value);
    value.bytes().all(is_value_byte).then_some(value)
}

const fn is_value_byte(byte: u8) -> bool {
    0x20 <= byte && byte < 0x7f && byte != b'"' && byte != b';' && byte != b'\\'
}

pub(crate) fn is_token(name: &str) -> bool {
    let is_token_byte =
        |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    !name.is_empty() && name.bytes().all(is_token_byte)
}

/// Appends a cookie to the text of a `Cookie` header.
pub(crate) fn append(header: &mut String, name: &str, value: &str) {
    if !header.is_empty() {
        header.push_str("; ");
    }
    header.extend(name.chars().map(|c| if matches!(c, '\n' | '\r') { '-' } else { c }));
    header.push('=');
    let valid = || value.bytes().filter(|&byte| is_value_byte(byte)).map(char::from);
    let is_quoted = valid().any(|c| c == ' ' || c == ',');
    if is_quoted {
        header.push('"');
    }
    header.extend(valid());
    if is_quoted {
        header.push('"');
    }
}

/// The cookies in a `Cookie` header, as far as they are well formed.
pub fn parse_header(header: &str) -> Vec<(&str, &str)> {
    let pairs = header.split(';').map(str::trim);
    let pairs = pairs.map(|pair| pair.split_once('=').unwrap_or((pair, "")));
    pairs
        .filter(|(name, _)| is_token(name))
        .filter_map(|(name, value)| Some((name, checked_value(value, true)?)))
        .collect()
}

/// The date in `CookieJar.set`; the error is Go's.
pub fn parse_set_date(text: &str) -> Result<i64, String> {
    parse_date(text, ' ').map_err(|(rest, element)| {
        let (text, rest) = (crate::url::quote::quoted(text), crate::url::quote::quoted(rest));
        if element.starts_with(':') {
            return format!("parsing time {text}{element}");
        }
        format!("parsing time {text} as \"{LAYOUT}\": cannot parse {rest} as \"{element}\"")
    })
}

/// Where a date could not be read any further, and what was expected there.
type Unread<'t> = (&'t str, &'static str);

/// `Mon, 02 Jan 2006 15:04:05 MST` to milliseconds since 1970; `separator` stands between day,
/// month and year. Zones other than GMT and UTC count as those, as Go takes unknown ones.
fn parse_date(text: &str, separator: char) -> Result<i64, Unread<'_>> {
    let rest = one_of(text, &DAYS, "Mon")?.1;
    let rest = fixed(rest, ", ", ", ")?;
    let (day, rest) = number(rest, 2, "02")?;
    let between = if separator == ' ' { " " } else { "-" };
    let rest = fixed(rest, between, between)?;
    let (month, rest) = one_of(rest, &MONTHS, "Jan")?;
    let rest = fixed(rest, between, between)?;
    let (year, rest) = number(rest, 4, "2006")?;
    let rest = fixed(rest, " ", " ")?;
    let (hour, rest) = number(rest, 2, "15")?;
    let rest = fixed(rest, ":", ":")?;
    let (minute, rest) = number(rest, 2, "04")?;
    let rest = fixed(rest, ":", ":")?;
    let (second, rest) = number(rest, 2, "05")?;
    let rest = fixed(rest, " ", " ")?;
    let zone_bytes = rest.bytes().take_while(u8::is_ascii_uppercase).count();
    if !(3..=5).contains(&zone_bytes) || zone_bytes != rest.len() {
        return Err((rest, "MST"));
    }
    let month = month as i64 + 1;
    if hour > 23 {
        return Err((rest, ": hour out of range"));
    }
    if minute > 59 {
        return Err((rest, ": minute out of range"));
    }
    if second > 59 {
        return Err((rest, ": second out of range"));
    }
    if day < 1 || day > days_in(year, month) {
        return Err((rest, ": day out of range"));
    }
    let seconds = ((days_since_1970(year, month, day) * 24 + hour) * 60 + minute) * 60 + second;
    Ok(seconds * 1_000)
}

fn fixed<'t>(text: &'t str, wanted: &str, element: &'static str) -> Result<&'t str, Unread<'t>> {
    text.strip_prefix(wanted).ok_or((text, element))
}

fn one_of<'t>(
    text: &'t str,
    names: &[&str],
    element: &'static str,
) -> Result<(usize, &'t str), Unread<'t>> {
    let start = text.get(..3).ok_or((text, element))?;
    let index = names.iter().position(|name| name.eq_ignore_ascii_case(start));
    index.map(|index| (index, &text[3..])).ok_or((text, element))
}

fn number<'t>(
    text: &'t str,
    digits: usize,
    element: &'static str,
) -> Result<(i64, &'t str), Unread<'t>> {
    let part = text.get(..digits).filter(|part| part.bytes().all(|byte| byte.is_ascii_digit()));
    let value = part.and_then(|part| part.parse().ok());
    value.map(|value| (value, &text[digits..])).ok_or((text, element))
}

const fn is_leap(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

const fn days_in(year: i64, month: i64) -> i64 {
    match month {
        2 if is_leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// The civil calendar to days: years begin in March, so that leap days come last.
const fn days_since_1970(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn set_cookie_headers_are_read() {
        let cookie =
            SetCookie::parse("b=two words; Path=/; HttpOnly; Max-Age=100; secure").unwrap();
        assert_eq!((cookie.name.as_str(), cookie.value.as_str()), ("b", "two words"));
        assert_eq!((cookie.path.as_str(), cookie.max_age), ("/", 100));
        assert!(cookie.http_only && cookie.secure);
        assert_eq!(SetCookie::parse("f=\"quoted\"; SameSite=Lax").unwrap().value, "quoted");
        assert_eq!(SetCookie::parse("a=; Max-Age=0").unwrap().max_age, -1);
        assert_eq!(SetCookie::parse("a=1; Max-Age=007").unwrap().max_age, 0);
        assert!(SetCookie::parse("no value").is_none());
        assert!(SetCookie::parse("a b=c").is_none());
        assert!(SetCookie::parse("a=x\"y").is_none());
    }

    #[test]
    fn dates_are_read() {
        let expires =
            |date: &str| SetCookie::parse(&format!("x=1; Expires={date}")).unwrap().expires_ms;
        assert_eq!(expires("Wed, 01 Jan 2120 00:00:00 GMT"), Some(4_733_510_400_000));
        assert_eq!(expires("Thu, 01-Jan-1970 00:00:01 GMT"), Some(1_000));
        assert_eq!(expires("Thu, 29 Feb 2024 12:30:15 UTC"), Some(1_709_209_815_000));
        assert_eq!(expires("Thu, 30 Feb 2024 12:30:15 UTC"), None);
        assert_eq!(expires("soon"), None);
        let layout = "as \"Mon, 02 Jan 2006 15:04:05 MST\"";
        assert_eq!(
            parse_set_date("tomorrow").unwrap_err(),
            format!("parsing time \"tomorrow\" {layout}: cannot parse \"tomorrow\" as \"Mon\"")
        );
        assert_eq!(
            parse_set_date("Mon, 40 Jan 2006 15:04:05 MST").unwrap_err(),
            "parsing time \"Mon, 40 Jan 2006 15:04:05 MST\": day out of range"
        );
    }

    #[test]
    fn values_are_cleaned_and_quoted() {
        let mut header = "h=1".to_owned();
        append(&mut header, "a", "b c");
        append(&mut header, "d", "x\"y;ü");
        assert_eq!(header, "h=1; a=\"b c\"; d=xy");
        assert_eq!(parse_header("h=1; a=\"b c\"; d; a b=c"), [("h", "1"), ("a", "b c"), ("d", "")]);
    }
}
