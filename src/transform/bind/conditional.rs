//! `case`, `coalesce`, `between`, `in` and their like: several values of one type.

use anyhow::Result;
use sqlparser::ast::{self, CaseWhen};

use super::{Binder, Bound};
use crate::transform::plan::{Branch, Comparison, Expr, Node};
use crate::types::Type;

impl Binder<'_> {
    pub fn between(
        &self,
        value: &ast::Expr,
        low: &ast::Expr,
        high: &ast::Expr,
        negated: bool,
        at: &ast::Expr,
    ) -> Result<Bound> {
        let values = self.comparable(self.bind_all(&[value, low, high])?, "cannot compare")?;
        let Ok([value, low, high]) = <[Expr; 3]>::try_from(values) else {
            return Err(self.source.at(at, "between needs three values"));
        };
        let node = Node::Between { value: Box::new(value), low: Box::new(low), high: Box::new(high) };
        let bound = self.done(node, Type::Boolean, at)?;
        self.negated(bound, negated, at)
    }

    pub fn in_list(&self, value: &ast::Expr, list: &[ast::Expr], negated: bool, at: &ast::Expr) -> Result<Bound> {
        let nodes: Vec<&ast::Expr> = std::iter::once(value).chain(list).collect();
        let mut list = self.comparable(self.bind_all(&nodes)?, "cannot compare")?;
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
                let mut values = self.comparable(self.bind_all(&nodes.collect::<Vec<_>>())?, "cannot compare")?;
                (Some(Box::new(values.remove(0))), values)
            }
        };
        let nodes: Vec<&ast::Expr> = branches.iter().map(|branch| &branch.result).chain(otherwise).collect();
        let (mut results, ty) = self.unify(self.bind_all(&nodes)?, "the branches of case mix")?;
        let otherwise = otherwise.and_then(|_| results.pop()).map(Box::new);
        let branches = conditions.into_iter().zip(results);
        let branches = branches.map(|(condition, result)| Branch { condition, result }).collect();
        self.done(Node::Case { operand, branches, otherwise }, ty, at)
    }

    /// The forms that are written like functions; `None` where `name` is none of them.
    pub fn form(&self, name: &str, arguments: &[&ast::Expr], at: &ast::Expr) -> Result<Option<Bound>> {
        let extreme = |comparison| {
            move |mut values: Vec<Expr>| Node::Extreme { comparison, first: Box::new(values.remove(0)), others: values }
        };
        match name {
            "coalesce" => self.same_type(name, arguments, Node::Coalesce, at).map(Some),
            "greatest" => self.same_type(name, arguments, extreme(Comparison::Gt), at).map(Some),
            "least" => self.same_type(name, arguments, extreme(Comparison::Lt), at).map(Some),
            "nullif" => self.null_if(arguments, at).map(Some),
            _ => Ok(None),
        }
    }

    fn same_type(
        &self,
        name: &str,
        arguments: &[&ast::Expr],
        node: impl Fn(Vec<Expr>) -> Node,
        at: &ast::Expr,
    ) -> Result<Bound> {
        if arguments.is_empty() {
            return Err(self.source.at(at, format!("{name} needs at least one value")));
        }
        let (values, ty) = self.unify(self.bind_all(arguments)?, &format!("the values of {name} mix"))?;
        self.done(node(values), ty, at)
    }

    fn null_if(&self, arguments: &[&ast::Expr], at: &ast::Expr) -> Result<Bound> {
        let [value, unless] = arguments else { return Err(self.source.at(at, "nullif needs two values")) };
        let (value, unless) = self.pair(value, unless, "cannot compare")?;
        let ty = value.ty;
        self.done(Node::NullIf { value, unless }, ty, at)
    }
}
