//! What a CSS selector says, as k6 understands selectors: CSS 3 with some of jQuery's additions.
//! The grammar is in `selector_parser`, what it means in `matching`.

/// A test of text against a regular expression.
pub type Test<'a> = Box<dyn Fn(&str) -> bool + 'a>;

/// Makes such a test, or `None` when the expression is wrong.
pub type Compile<'c, 'a> = dyn Fn(&str) -> Option<Test<'a>> + 'c;

/// `a, b`: one of several CSS selectors, with k6's additions.
pub struct SelectorList<'a>(pub(crate) Vec<Selector<'a>>);

/// `a > b c`: compounds from left to right, each with what stands before it.
pub(crate) struct Selector<'a>(pub(crate) Vec<(Combinator, Compound<'a>)>);

/// `a.b:c`: all of it holds for one element.
pub(crate) struct Compound<'a>(pub(crate) Vec<Simple<'a>>);

/// How a node is found from the one to the right.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Combinator {
    Descendant,
    Child,
    NextSibling,
    LaterSibling,
}

pub(crate) enum Simple<'a> {
    Tag(String),
    Attribute(AttributeTest<'a>),
    Not(SelectorList<'a>),
    Has(SelectorList<'a>),
    HasChild(SelectorList<'a>),
    /// The text is in lower case. `own`: that of the node itself, not of what is in it.
    Contains {
        text: String,
        own: bool,
    },
    Matches {
        test: Test<'a>,
        own: bool,
    },
    Nth(Nth),
    OnlyChild {
        of_type: bool,
    },
    Lang(String),
    State(State),
}

pub(crate) struct AttributeTest<'a> {
    pub(crate) name: String,
    pub(crate) value: ValueTest<'a>,
    pub(crate) ignores_case: bool,
}

pub(crate) enum ValueTest<'a> {
    Any,
    Equals(String),
    /// Also holds for elements without the attribute.
    Differs(String),
    HasWord(String),
    HasPart(String),
    BeginsWith(String),
    EndsWith(String),
    /// All of it, or up to a hyphen.
    Language(String),
    Matches(Test<'a>),
}

/// `:nth-child(an+b)` and its kin.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Nth {
    pub(crate) step: i32,
    pub(crate) offset: i32,
    pub(crate) from_end: bool,
    pub(crate) of_type: bool,
}

impl Nth {
    /// Is a position, counted from 1, one of those?
    pub(crate) fn holds(self, position: i32) -> bool {
        let distance = i64::from(position) - i64::from(self.offset);
        match i64::from(self.step) {
            0 => distance == 0,
            step => distance % step == 0 && distance / step >= 0,
        }
    }
}

/// Pseudo-classes without arguments.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum State {
    Input,
    Empty,
    Root,
    Link,
    Enabled,
    Disabled,
    Checked,
}
