//! `case`, `coalesce`, `between`, `in` and their like: several values of one type.

use anyhow::Result;
use sqlparser::ast::{self, CaseWhen};

use super::identity::{Meeting, guessed};
use super::{Binder, Bound, literal};
use crate::transform::plan::{Branch, Comparison, Expr, Node, Test};
use crate::types::Type;

impl Binder<'_> {
    pub fn between(
        &self,
        node: &ast::Expr,
        low: &ast::Expr,
        high: &ast::Expr,
        negated: bool,
        at: &ast::Expr,
    ) -> Result<Bound> {
        let values = self.comparable(self.bind_all(&[node, low, high])?, "cannot compare")?;
        let Ok([value, low, high]) = <[Expr; 3]>::try_from(values) else {
            return Err(self.source.at(at, "between needs three values"));
        };
        self.has_order(&value, node)?;
        let between = Node::Between { value: Box::new(value), low: Box::new(low), high: Box::new(high) };
        let bound = self.done(between, Type::Boolean, at)?;
        self.negated(bound, negated, at)
    }

    pub fn in_list(&self, value: &ast::Expr, list: &[ast::Expr], negated: bool, at: &ast::Expr) -> Result<Bound> {
        let nodes: Vec<&ast::Expr> = std::iter::once(value).chain(list).collect();
        let values = self.identities(self.bind_all(&nodes)?, Meeting::Texts);
        let mut list = self.comparable(values, "cannot compare")?;
        let value = Box::new(list.remove(0));
        let bound = self.done(Node::In { value, list }, Type::Boolean, at)?;
        self.negated(bound, negated, at)
    }

    fn bind_all<'n>(&self, nodes: &[&'n ast::Expr]) -> Result<Vec<(Bound, &'n ast::Expr)>> {
        nodes.iter().map(|node| Ok((self.bind(node)?, *node))).collect()
    }

    pub fn case(
        &self,
        operand: Option<&ast::Expr>,
        branches: &[CaseWhen],
        otherwise: Option<&ast::Expr>,
        at: &ast::Expr,
    ) -> Result<Bound> {
        let (operand, conditions) = match operand {
            None => {
                let conditions = branches.iter().map(|branch| self.condition(&branch.condition, "when"));
                (None, conditions.collect::<Result<Vec<Expr>>>()?)
            }
            Some(operand) => {
                let nodes = std::iter::once(operand).chain(branches.iter().map(|branch| &branch.condition));
                let values = self.identities(self.bind_all(&nodes.collect::<Vec<_>>())?, Meeting::Texts);
                let mut values = self.comparable(values, "cannot compare")?;
                (Some(Box::new(values.remove(0))), values)
            }
        };
        let nodes: Vec<&ast::Expr> = branches.iter().map(|branch| &branch.result).chain(otherwise).collect();
        let case = |mut results: Vec<Expr>| {
            let otherwise = otherwise.and_then(|_| results.pop()).map(Box::new);
            let branches = conditions.iter().cloned().zip(results);
            let branches = branches.map(|(condition, result)| Branch { condition, result }).collect();
            Node::Case { operand: operand.clone(), branches, otherwise }
        };
        self.chosen(&nodes, case, "the branches of case mix", at)
    }

    /// One of several values. What is chosen among guessed ones is put out as it was read.
    fn chosen(
        &self,
        nodes: &[&ast::Expr],
        choose: impl Fn(Vec<Expr>) -> Node,
        context: &str,
        at: &ast::Expr,
    ) -> Result<Bound> {
        let values = self.identities(self.bind_all(nodes)?, Meeting::Texts);
        let texts = self.texts_of(&values);
        let (values, ty) = self.unify(values, context)?;
        let value = self.fold(Expr { node: choose(values), ty }, at)?;
        Ok(Bound::Typed(match texts {
            Some(texts) => guessed(value, Expr { node: choose(texts), ty: Type::Text }),
            None => value,
        }))
    }

    /// The forms that are written like functions; `None` where `name` is none of them.
    pub fn form(&self, name: &str, arguments: &[&ast::Expr], at: &ast::Expr) -> Result<Option<Bound>> {
        let context = format!("the values of {name} mix");
        match name {
            "coalesce" | "greatest" | "least" if arguments.is_empty() => {
                Err(self.source.at(at, format!("{name} needs at least one value")))
            }
            "coalesce" => self.chosen(arguments, Node::Coalesce, &context, at).map(Some),
            "greatest" => self.extreme(arguments, Comparison::Gt, &context, at).map(Some),
            "least" => self.extreme(arguments, Comparison::Lt, &context, at).map(Some),
            "nullif" => self.null_if(arguments, at).map(Some),
            _ => Ok(None),
        }
    }

    /// The order is that of the type; what is put out is the text of the value that is first in it.
    fn extreme(
        &self,
        arguments: &[&ast::Expr],
        comparison: Comparison,
        context: &str,
        at: &ast::Expr,
    ) -> Result<Bound> {
        let values = self.bind_all(arguments)?;
        let texts = self.texts_or_constants(&values, at)?;
        let (values, ty) = self.unify(values, context)?;
        if let (Some(value), Some(node)) = (values.first(), arguments.first()) {
            self.has_order(value, node)?;
        }
        let text = texts.map(|texts| Node::ExtremeText { comparison, values: values.clone(), texts });
        let mut others = values;
        let first = Box::new(others.remove(0));
        let value = self.fold(Expr { node: Node::Extreme { comparison, first, others }, ty }, at)?;
        Ok(Bound::Typed(match text {
            Some(node) => guessed(value, Expr { node, ty: Type::Text }),
            None => value,
        }))
    }

    /// The texts of guessed values and the constants among them; `None` where a value is of another kind, or none is guessed.
    fn texts_or_constants(&self, values: &[(Bound, &ast::Expr)], at: &ast::Expr) -> Result<Option<Vec<Expr>>> {
        let (mut texts, mut is_guessed) = (Vec::with_capacity(values.len()), false);
        // A constant has no text among numbers that are written in another way.
        let is_constant = |bound: &Bound| match bound {
            Bound::Null => false,
            Bound::Literal(_) => true,
            Bound::Typed(expr) => expr.constant().is_some(),
        };
        let has_constants = values.iter().any(|(bound, _)| is_constant(bound));
        match self.notation(values) {
            Some(notation) if notation.is_plain() || !has_constants => {}
            _ => return Ok(None),
        }
        for (bound, _) in values {
            texts.push(match bound {
                Bound::Null => literal::null(Type::Text),
                Bound::Literal(text) => literal::text(text),
                Bound::Typed(expr) if expr.constant().is_some() => self.cast_to(expr.clone(), Type::Text, at)?,
                Bound::Typed(expr) => match self.text_of(expr) {
                    Some(text) => {
                        is_guessed = true;
                        text
                    }
                    None => return Ok(None),
                },
            });
        }
        Ok(is_guessed.then_some(texts))
    }

    fn null_if(&self, arguments: &[&ast::Expr], at: &ast::Expr) -> Result<Bound> {
        let [value, unless] = arguments else { return Err(self.source.at(at, "nullif needs two values")) };
        let first = self.bind(value)?;
        let read = match &first {
            Bound::Typed(expr) => self.text_of(expr).map(|text| (expr.clone(), text)),
            Bound::Literal(_) | Bound::Null => None,
        };
        let values = vec![(first, *value), (self.bind(unless)?, *unless)];
        let (value, unless) = self.pair(self.identities(values, Meeting::Texts), at)?;
        let (ty, is_text) = (value.ty, value.ty == Type::Text);
        let result = Expr { node: Node::NullIf { value, unless }, ty };
        let Some((value, text)) = read else { return self.done(result.node, ty, at) };
        let text = where_present(&result, text);
        let value = if is_text { where_present(&result, value) } else { result };
        Ok(Bound::Typed(guessed(value, text)))
    }
}

/// A value in the rows where another is not NULL.
fn where_present(other: &Expr, value: Expr) -> Expr {
    let ty = value.ty;
    let is_null = Node::Test { test: Test::Null, value: Box::new(other.clone()) };
    let branches = vec![Branch { condition: Expr::boolean(is_null), result: literal::null(ty) }];
    Expr { node: Node::Case { operand: None, branches, otherwise: Some(Box::new(value)) }, ty }
}
