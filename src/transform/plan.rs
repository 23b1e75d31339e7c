//! The bound query as a tree of typed expressions: what the binder makes and the evaluation walks.

use crate::arrow::array::ArrayRef;

use super::function::Function;
use super::memo::Memo;
use crate::types::Type;

/// An expression whose type is known and whose arguments already have the types it needs.
#[derive(Clone)]
pub struct Expr {
    pub node: Node,
    pub ty: Type,
}

/// What an expression does.
#[derive(Clone)]
pub enum Node {
    /// One value in an array of length 1.
    Constant(ArrayRef),
    /// An input column, parsed as its own typing says.
    Column(usize),
    /// The text of an input column as it stands, whatever its type was guessed to be.
    RawText(usize),
    /// An input column as it stands where it is JSON, strings in their quotes.
    Token(usize),
    /// A value of guessed columns that is no plain copy of one, such as their `greatest`: computed with as its type, and
    /// put out, or told apart from others, as `text`.
    Guessed {
        value: Box<Expr>,
        text: Box<Expr>,
    },
    /// `_file`.
    File,
    /// `_line`.
    Line,
    /// Whether a row has a match in the lookup of this join; it may be refused for having none.
    Matched(usize),
    /// A row of the function table, operators included.
    Call {
        function: &'static Function,
        arguments: Vec<Expr>,
        memo: Memo,
    },
    /// To the expression's own type.
    Cast {
        value: Box<Expr>,
        on_failure: OnFailure,
    },
    Compare {
        comparison: Comparison,
        left: Box<Expr>,
        right: Box<Expr>,
    },
    /// `is distinct from`.
    Distinct {
        left: Box<Expr>,
        right: Box<Expr>,
    },
    Test {
        test: Test,
        value: Box<Expr>,
    },
    Not(Box<Expr>),
    And(Vec<Expr>),
    Or(Vec<Expr>),
    Between {
        value: Box<Expr>,
        low: Box<Expr>,
        high: Box<Expr>,
    },
    In {
        value: Box<Expr>,
        list: Vec<Expr>,
    },
    /// With an operand each condition is a value to compare it with, else a boolean.
    Case {
        operand: Option<Box<Expr>>,
        branches: Vec<Branch>,
        otherwise: Option<Box<Expr>>,
    },
    Coalesce(Vec<Expr>),
    NullIf {
        value: Box<Expr>,
        unless: Box<Expr>,
    },
    /// `greatest` (`Comparison::Gt`) or `least` (`Comparison::Lt`).
    Extreme {
        comparison: Comparison,
        first: Box<Expr>,
        others: Vec<Expr>,
    },
    /// The text of the value that `Extreme` takes, the first of equals.
    ExtremeText {
        comparison: Comparison,
        values: Vec<Expr>,
        /// Of each value.
        texts: Vec<Expr>,
    },
}

/// `when condition then result`.
#[derive(Clone)]
pub struct Branch {
    pub condition: Expr,
    pub result: Expr,
}

/// What becomes of a row whose value cannot be cast.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OnFailure {
    Refuse,
    /// `try_cast`.
    Null,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparison {
    Eq,
    NotEq,
    Lt,
    LtEq,
    Gt,
    GtEq,
}

/// Whether a value is this: a question that is never answered NULL.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Test {
    Null,
    True,
    False,
}

impl Expr {
    pub fn boolean(node: Node) -> Expr {
        Expr { node, ty: Type::Boolean }
    }

    /// Whether both compute the same from any row.
    pub fn same(&self, other: &Expr) -> bool {
        let arguments = || {
            let (ours, theirs) = (self.arguments(), other.arguments());
            ours.len() == theirs.len() && ours.iter().zip(theirs).all(|(one, other)| one.same(other))
        };
        self.ty == other.ty && self.node.same_kind(&other.node) && arguments()
    }

    /// The value, where it is the same for every row.
    pub fn constant(&self) -> Option<&ArrayRef> {
        match &self.node {
            Node::Constant(array) => Some(array),
            _ => None,
        }
    }

    /// The first input column that it reads, in whatever way.
    pub fn first_column(&self) -> Option<usize> {
        self.node.column().or_else(|| self.arguments().into_iter().find_map(Expr::first_column))
    }

    /// The value alone, which is put out in the form of its type.
    pub fn into_value(self) -> Expr {
        match self.node {
            Node::Guessed { value, .. } => *value,
            _ => self,
        }
    }

    /// Whether it, or what it computes with, is one of these.
    pub fn has(&self, is: &impl Fn(&Node) -> bool) -> bool {
        is(&self.node) || self.arguments().iter().any(|argument| argument.has(is))
    }

    /// How many nodes there are, and how many below each other at most.
    pub fn extent(&self) -> (usize, usize) {
        let below = self.arguments().into_iter().map(Expr::extent);
        let (nodes, depth) = below.fold((0, 0), |(nodes, depth), (more, deep)| (nodes + more, depth.max(deep)));
        (nodes + 1, depth + 1)
    }

    /// The expressions that this one computes with.
    pub fn arguments(&self) -> Vec<&Expr> {
        match &self.node {
            Node::Constant(_) | Node::Column(_) | Node::RawText(_) | Node::Token(_) => Vec::new(),
            Node::File | Node::Line | Node::Matched(_) => Vec::new(),
            Node::Call { arguments: list, .. } | Node::And(list) | Node::Or(list) | Node::Coalesce(list) => {
                list.iter().collect()
            }
            Node::Cast { value, .. } | Node::Test { value, .. } | Node::Not(value) => vec![value],
            // The text is read of the same columns.
            Node::Guessed { value, .. } => vec![value],
            Node::ExtremeText { values, texts, .. } => values.iter().chain(texts).collect(),
            Node::Compare { left, right, .. } | Node::Distinct { left, right } => vec![left, right],
            Node::NullIf { value, unless } => vec![value, unless],
            Node::Between { value, low, high } => vec![value, low, high],
            Node::In { value: first, list } | Node::Extreme { first, others: list, .. } => {
                std::iter::once(first.as_ref()).chain(list).collect()
            }
            Node::Case { operand, branches, otherwise } => (operand.iter().map(Box::as_ref))
                .chain(branches.iter().flat_map(|branch| [&branch.condition, &branch.result]))
                .chain(otherwise.iter().map(Box::as_ref))
                .collect(),
        }
    }
}

impl Node {
    /// The input column that this is, read in whatever way.
    pub fn column(&self) -> Option<usize> {
        match self {
            Node::Column(column) | Node::RawText(column) | Node::Token(column) => Some(*column),
            _ => None,
        }
    }

    /// Whether both do the same with their arguments.
    fn same_kind(&self, other: &Node) -> bool {
        match (self, other) {
            (Node::Constant(one), Node::Constant(other)) => one == other,
            (Node::Column(one), Node::Column(other))
            | (Node::RawText(one), Node::RawText(other))
            | (Node::Token(one), Node::Token(other))
            | (Node::Matched(one), Node::Matched(other)) => one == other,
            (Node::Call { function: one, .. }, Node::Call { function: other, .. }) => std::ptr::eq(*one, *other),
            (Node::Cast { on_failure: one, .. }, Node::Cast { on_failure: other, .. }) => one == other,
            (Node::Compare { comparison: one, .. }, Node::Compare { comparison: other, .. })
            | (Node::Extreme { comparison: one, .. }, Node::Extreme { comparison: other, .. })
            | (Node::ExtremeText { comparison: one, .. }, Node::ExtremeText { comparison: other, .. }) => one == other,
            (Node::Test { test: one, .. }, Node::Test { test: other, .. }) => one == other,
            (
                Node::Case { operand, branches, otherwise },
                Node::Case { operand: operand_of_other, branches: branches_of_other, otherwise: otherwise_of_other },
            ) => {
                operand.is_some() == operand_of_other.is_some()
                    && branches.len() == branches_of_other.len()
                    && otherwise.is_some() == otherwise_of_other.is_some()
            }
            _ => std::mem::discriminant(self) == std::mem::discriminant(other),
        }
    }
}
