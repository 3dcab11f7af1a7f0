//! The grammar of selectors. What is not in it is no error: such a selector matches nothing, as in
//! k6.

use super::selector::{
    AttributeTest, Combinator, Compile, Compound, Nth, Selector, SelectorList, Simple, State,
    ValueTest,
};

/// Selectors in selectors in selectors: more than anyone means, less than the stack bears.
const NESTED_MAX: u32 = 16;

impl<'a> SelectorList<'a> {
    /// Parses a selector; `None` when it is not one. `compile` makes the regular expressions in it,
    /// if there are any: `[name#=^a]`, `:matches(^a)`.
    pub fn parse(text: &str, compile: &Compile<'_, 'a>) -> Option<Self> {
        parse(text, compile)
    }
}

fn parse<'a>(text: &str, compile: &Compile<'_, 'a>) -> Option<SelectorList<'a>> {
    let mut parser = Parser { rest: text, nested: 0, compile };
    let list = parser.list()?;
    parser.rest.is_empty().then_some(list)
}

struct Parser<'t, 'c, 'a> {
    rest: &'t str,
    nested: u32,
    compile: &'c Compile<'c, 'a>,
}

fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\r' | '\n' | '\u{c}')
}

fn is_name_start(c: char) -> bool {
    c.is_ascii_alphabetic() || c == '_' || !c.is_ascii()
}

fn is_name(c: char) -> bool {
    is_name_start(c) || c.is_ascii_digit() || c == '-'
}

impl<'t, 'a> Parser<'t, '_, 'a> {
    fn peek(&self) -> Option<char> {
        self.rest.chars().next()
    }

    fn take(&mut self, c: char) -> Option<()> {
        self.rest = self.rest.strip_prefix(c)?;
        Some(())
    }

    /// Takes what `is_part` of holds.
    fn take_while(&mut self, is_part: impl Fn(char) -> bool) -> &'t str {
        let end = self.rest.find(|c| !is_part(c)).unwrap_or(self.rest.len());
        let (taken, rest) = self.rest.split_at(end);
        self.rest = rest;
        taken
    }

    /// Whether there was any. Comments are space, too.
    fn skip_space(&mut self) -> bool {
        let before = self.rest.len();
        loop {
            self.rest = self.rest.trim_start_matches(is_space);
            let Some(comment) = self.rest.strip_prefix("/*") else { break };
            let Some((_, rest)) = comment.split_once("*/") else { break };
            self.rest = rest;
        }
        self.rest.len() < before
    }

    fn list(&mut self) -> Option<SelectorList<'a>> {
        let mut selectors = Vec::new();
        loop {
            selectors.push(self.selector()?);
            if self.take(',').is_none() {
                return Some(SelectorList(selectors));
            }
        }
    }

    fn selector(&mut self) -> Option<Selector<'a>> {
        self.skip_space();
        let mut compounds = vec![(Combinator::Descendant, self.compound()?)];
        loop {
            let has_space = self.skip_space();
            let combinator = match self.peek() {
                Some('+') => Combinator::NextSibling,
                Some('>') => Combinator::Child,
                Some('~') => Combinator::LaterSibling,
                None | Some(',' | ')') => return Some(Selector(compounds)),
                Some(_) if has_space => Combinator::Descendant,
                Some(_) => return None,
            };
            if combinator != Combinator::Descendant {
                self.rest = &self.rest[1..];
                self.skip_space();
            }
            compounds.push((combinator, self.compound()?));
        }
    }

    fn compound(&mut self) -> Option<Compound<'a>> {
        let mut simples = Vec::new();
        match self.peek()? {
            '*' => self.take('*')?,
            '#' | '.' | '[' | ':' => {}
            _ => simples.push(Simple::Tag(self.identifier()?.to_ascii_lowercase())),
        }
        loop {
            simples.push(match self.peek() {
                Some('#') => {
                    self.take('#')?;
                    attribute("id", ValueTest::Equals(self.name()?))
                }
                Some('.') => {
                    self.take('.')?;
                    attribute("class", ValueTest::HasWord(self.identifier()?))
                }
                Some('[') => self.attribute()?,
                Some(':') => self.pseudo_class()?,
                _ => return Some(Compound(simples)),
            });
        }
    }

    fn identifier(&mut self) -> Option<String> {
        let unsigned = self.rest.strip_prefix('-').unwrap_or(self.rest);
        let first = unsigned.chars().next()?;
        if !is_name_start(first) && first != '\\' && first != '-' {
            return None;
        }
        self.name()
    }

    fn name(&mut self) -> Option<String> {
        let mut name = String::new();
        loop {
            name.push_str(self.take_while(is_name));
            if self.peek() != Some('\\') {
                return (!name.is_empty()).then_some(name);
            }
            name.push(self.escape()?);
        }
    }

    fn escape(&mut self) -> Option<char> {
        self.take('\\')?;
        let first = self.peek()?;
        if first.is_ascii_hexdigit() {
            let is_digit = |(at, c): &(usize, char)| *at < 6 && c.is_ascii_hexdigit();
            let digits = self.rest.char_indices().take_while(is_digit).count();
            let (number, rest) = self.rest.split_at(digits);
            self.rest = rest.strip_prefix("\r\n").or(rest.strip_prefix(is_space)).unwrap_or(rest);
            let code = u32::from_str_radix(number, 16).ok()?;
            return Some(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER));
        }
        if matches!(first, '\r' | '\n' | '\u{c}') {
            return None;
        }
        self.take(first)?;
        Some(first)
    }

    fn string(&mut self) -> Option<String> {
        let mark = self.peek()?;
        self.take(mark)?;
        let mut string = String::new();
        loop {
            let is_plain = |c| c != mark && !matches!(c, '\\' | '\r' | '\n' | '\u{c}');
            string.push_str(self.take_while(is_plain));
            if self.take(mark).is_some() {
                return Some(string);
            }
            // A line end is allowed after a backslash only, and is not part of the string.
            let continued = self.rest.strip_prefix('\\')?;
            let line_ends = ["\r\n", "\r", "\n", "\u{c}"];
            match line_ends.iter().find_map(|end| continued.strip_prefix(end)) {
                Some(rest) => self.rest = rest,
                None => string.push(self.escape()?),
            }
        }
    }

    fn string_or_identifier(&mut self) -> Option<String> {
        if matches!(self.peek()?, '"' | '\'') { self.string() } else { self.identifier() }
    }

    /// A regular expression ends before a bracket that it does not open.
    fn regex(&mut self) -> Option<super::selector::Test<'a>> {
        let mut open = 0;
        let end = self.rest.find(|c| {
            open += match c {
                '(' | '[' => 1,
                ')' | ']' => -1,
                _ => 0,
            };
            open < 0
        })?;
        let (source, rest) = self.rest.split_at(end);
        self.rest = rest;
        (self.compile)(source)
    }

    fn attribute(&mut self) -> Option<Simple<'a>> {
        self.take('[')?;
        self.skip_space();
        let name = self.identifier()?.to_ascii_lowercase();
        self.skip_space();
        if self.take(']').is_some() {
            return Some(attribute(&name, ValueTest::Any));
        }
        let operator = self.take_while(|c| c != '=');
        self.take('=')?;
        self.skip_space();
        let value = match operator {
            "" => ValueTest::Equals(self.string_or_identifier()?),
            "!" => ValueTest::Differs(self.string_or_identifier()?),
            "~" => ValueTest::HasWord(self.string_or_identifier()?),
            "|" => ValueTest::Language(self.string_or_identifier()?),
            "^" => ValueTest::BeginsWith(self.string_or_identifier()?),
            "$" => ValueTest::EndsWith(self.string_or_identifier()?),
            "*" => ValueTest::HasPart(self.string_or_identifier()?),
            "#" => ValueTest::Matches(self.regex()?),
            _ => return None,
        };
        self.skip_space();
        let ignores_case = self.take('i').or_else(|| self.take('I')).is_some();
        self.skip_space();
        self.take(']')?;
        Some(Simple::Attribute(AttributeTest { name, value, ignores_case }))
    }

    fn pseudo_class(&mut self) -> Option<Simple<'a>> {
        self.take(':')?;
        let name = self.identifier()?.to_ascii_lowercase();
        let first = Nth { step: 0, offset: 1, from_end: false, of_type: false };
        Some(match name.as_str() {
            "not" => Simple::Not(self.in_brackets(Self::nested_list)?),
            "has" => Simple::Has(self.in_brackets(Self::nested_list)?),
            "haschild" => Simple::HasChild(self.in_brackets(Self::nested_list)?),
            "contains" | "containsown" => {
                let text = self.in_brackets(Self::string_or_identifier)?.to_lowercase();
                Simple::Contains { text, own: name == "containsown" }
            }
            "matches" | "matchesown" => {
                Simple::Matches { test: self.in_brackets(Self::regex)?, own: name == "matchesown" }
            }
            "nth-child" | "nth-last-child" | "nth-of-type" | "nth-last-of-type" => {
                let (step, offset) = self.in_brackets(Self::nth)?;
                let from_end = name.contains("last");
                Simple::Nth(Nth { step, offset, from_end, of_type: name.ends_with("type") })
            }
            "first-child" => Simple::Nth(first),
            "last-child" => Simple::Nth(Nth { from_end: true, ..first }),
            "first-of-type" => Simple::Nth(Nth { of_type: true, ..first }),
            "last-of-type" => Simple::Nth(Nth { from_end: true, of_type: true, ..first }),
            "only-child" => Simple::OnlyChild { of_type: false },
            "only-of-type" => Simple::OnlyChild { of_type: true },
            "lang" => Simple::Lang(self.in_brackets(Self::identifier)?.to_lowercase()),
            "input" => Simple::State(State::Input),
            "empty" => Simple::State(State::Empty),
            "root" => Simple::State(State::Root),
            "link" => Simple::State(State::Link),
            "enabled" => Simple::State(State::Enabled),
            "disabled" => Simple::State(State::Disabled),
            "checked" => Simple::State(State::Checked),
            _ => return None,
        })
    }

    fn in_brackets<T>(&mut self, content: impl Fn(&mut Self) -> Option<T>) -> Option<T> {
        self.take('(')?;
        self.skip_space();
        let content = content(self)?;
        self.skip_space();
        self.take(')')?;
        Some(content)
    }

    fn nested_list(&mut self) -> Option<SelectorList<'a>> {
        self.nested += 1;
        let list = if self.nested > NESTED_MAX { None } else { self.list() };
        self.nested -= 1;
        list
    }

    /// `an+b`: step and offset.
    fn nth(&mut self) -> Option<(i32, i32)> {
        let word = self.rest.get(..4).unwrap_or(self.rest).to_ascii_lowercase();
        for (keyword, step, offset) in [("odd", 2, 1), ("even", 2, 0)] {
            if word.starts_with(keyword) {
                self.rest = &self.rest[keyword.len()..];
                return (!self.peek().is_some_and(is_name)).then_some((step, offset));
            }
        }
        let sign = if self.take('-').is_some() { -1 } else { 1 };
        if sign == 1 {
            // A plus says nothing.
            let _ = self.take('+');
        }
        let digits = self.take_while(|c| c.is_ascii_digit());
        let number = if digits.is_empty() { 1 } else { digits.parse::<i32>().ok()? };
        if self.take('n').or_else(|| self.take('N')).is_none() {
            return (!digits.is_empty()).then_some((0, sign * number));
        }
        self.skip_space();
        let offset_sign = match self.peek() {
            Some('+') => 1,
            Some('-') => -1,
            _ => return Some((sign * number, 0)),
        };
        self.rest = &self.rest[1..];
        self.skip_space();
        let offset: i32 = self.take_while(|c| c.is_ascii_digit()).parse().ok()?;
        Some((sign * number, offset_sign * offset))
    }
}

fn attribute<'a>(name: &str, value: ValueTest<'a>) -> Simple<'a> {
    Simple::Attribute(AttributeTest { name: name.to_owned(), value, ignores_case: false })
}

#[cfg(test)]
mod tests {
    use super::super::selector::Nth;
    use super::*;

    fn is_selector(text: &str) -> bool {
        parse(text, &|_| Some(Box::new(|_| true))).is_some()
    }

    #[test]
    fn what_k6_takes() {
        for text in [
            "p",
            " p ",
            "p , b",
            "a > b+c ~ d e",
            "*",
            "*.x#y",
            "[a]",
            "[ a = 'x\\'y' i ]",
            "p:not(.x, b > c)",
            ":nth-child( -2n + 1 )",
            ":contains('a b')",
            ":matches((a|[b]))",
            "a/* c */b",
            "\\70",
            ".\\31 a",
            "[a#=^x]",
            ":lang(en)",
        ] {
            assert!(is_selector(text), "{text}");
        }
    }

    #[test]
    fn what_k6_refuses() {
        for text in [
            "",
            "p,",
            ",p",
            "> p",
            "p >",
            "[a",
            "[]",
            "[a=1]",
            "[a==b]",
            "p.",
            "#",
            "p::before",
            ":first",
            ":contains()",
            ":contains(a b)",
            ":has(> p)",
            ":not()",
            "p)",
            "(p)",
            ":nth-child(x)",
            ":nth-child()",
            ":nth-child(oddly)",
            "'",
            "\\",
            "1p",
            "a|b",
        ] {
            assert!(!is_selector(text), "{text}");
        }
        assert!(!is_selector(&":not(".repeat(100_000)));
    }

    #[test]
    fn positions() {
        let third = Nth { step: 3, offset: -1, from_end: false, of_type: false };
        let held: Vec<i32> = (1..9).filter(|position| third.holds(*position)).collect();
        assert_eq!(held, [2, 5, 8]);
        let first_two = Nth { step: -1, offset: 2, ..third };
        assert!(first_two.holds(1) && first_two.holds(2) && !first_two.holds(3));
    }
}
