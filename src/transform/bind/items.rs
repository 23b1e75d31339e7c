//! The select list: stars spelled out, expressions bound, output columns named.

use anyhow::Result;
use sqlparser::ast::{
    self, ExceptSelectItem, Ident, SelectItem, SelectItemQualifiedWildcardKind, WildcardAdditionalOptions,
};

use super::scope::Name;
use super::{Binder, name};
use crate::transform::parse::text_as_name;
use crate::transform::plan::{Expr, Node};
use crate::types::{InputColumn, Known, OutputColumn, Type, Typing};
use crate::unique::unique;

impl Binder<'_> {
    /// The output columns and what they are computed from.
    pub fn items(&self, items: &[SelectItem]) -> Result<Vec<(OutputColumn, Expr)>> {
        let mut outputs = Vec::new();
        for item in items {
            match item {
                SelectItem::Wildcard(options) => self.star(&self.scope.star(), options, &mut outputs)?,
                SelectItem::QualifiedWildcard(kind, options) => {
                    self.star(&self.star_table(kind)?, options, &mut outputs)?;
                }
                SelectItem::UnnamedExpr(node) => {
                    let name = name::of(node).unwrap_or_else(|| format!("column_{}", outputs.len() + 1));
                    outputs.push(self.item(node, self.input_name(node).unwrap_or(name))?);
                }
                SelectItem::ExprWithAlias { expr, alias } => {
                    if let Some(message) = text_as_name(alias) {
                        return Err(self.source.at(expr, message));
                    }
                    outputs.push(self.item(expr, alias.value.clone())?);
                }
                SelectItem::ExprWithAliases { expr, .. } => {
                    return Err(self.source.at(expr, "one expression has one name"));
                }
            }
        }
        let names: Vec<String> = outputs.iter().map(|(column, _)| column.name.clone()).collect();
        outputs.iter_mut().zip(unique(&names, str::to_owned)).for_each(|((column, _), name)| column.name = name);
        Ok(outputs)
    }

    /// A column keeps the input's spelling of its name.
    fn input_name(&self, node: &ast::Expr) -> Option<String> {
        let parts = match node {
            ast::Expr::Identifier(name) => std::slice::from_ref(name),
            ast::Expr::CompoundIdentifier(parts) => parts,
            _ => return None,
        };
        let scope = self.names();
        match scope.resolve(parts, self.source).ok()? {
            Name::Column(index) => Some(scope.columns.get(index)?.name.clone()),
            Name::File | Name::Line => None,
        }
    }

    fn item(&self, node: &ast::Expr, name: String) -> Result<(OutputColumn, Expr)> {
        let expr = self.typed(node)?;
        if expr.ty == Type::Interval {
            return Err(self.source.at(node, "an interval can be used, not selected; write cast(… as text)"));
        }
        Ok((self.output(name, &expr), expr))
    }

    /// How the sinks see an expression of the select list.
    pub fn output(&self, name: String, expr: &Expr) -> OutputColumn {
        match &expr.node {
            Node::Column(index) => match self.input(*index) {
                Some(InputColumn { typing, known, .. }) if known.is_text() => {
                    OutputColumn { name, typing, field: Some(*index), known }
                }
                _ => OutputColumn { name, typing: Typing::from(expr.ty), field: None, known: Known::Declared },
            },
            Node::Guessed { text, .. } => {
                let field = text.first_column();
                // What comes of several columns is written as the first is, or refused where it comes.
                let first = field.and_then(|field| self.input(field)).map(|column| column.typing);
                let Typing { spelling, notation, .. } = first.unwrap_or_else(|| expr.ty.into());
                let typing = Typing { spelling, notation, ..expr.ty.into() };
                OutputColumn { name, typing, field, known: Known::Guessed }
            }
            _ => OutputColumn { name, typing: Typing::from(expr.ty), field: None, known: Known::Declared },
        }
    }

    /// `*` of these columns.
    fn star(
        &self,
        columns: &[usize],
        options: &WildcardAdditionalOptions,
        outputs: &mut Vec<(OutputColumn, Expr)>,
    ) -> Result<()> {
        let WildcardAdditionalOptions {
            wildcard_token,
            opt_ilike,
            opt_exclude,
            opt_except,
            opt_replace,
            opt_rename,
            opt_alias,
        } = options;
        let other = opt_ilike.is_some() || opt_exclude.is_some() || opt_replace.is_some();
        if other || opt_rename.is_some() || opt_alias.is_some() {
            return Err(self.source.error(wildcard_token.0.span.start, "after * only except (…) can stand"));
        }
        if self.grouping.is_some() {
            let message = "* cannot stand beside group by or an aggregate; name the keys";
            return Err(self.source.error(wildcard_token.0.span.start, message));
        }
        let except = self.except(columns, opt_except.as_ref())?;
        for index in columns.iter().copied().filter(|index| !except.contains(index)) {
            let Some(column) = self.scope.columns.get(index) else { continue };
            let expr = self.column(index);
            outputs.push((self.output(column.name.clone(), &expr), expr));
        }
        Ok(())
    }

    /// The columns of `t.*`.
    fn star_table(&self, kind: &SelectItemQualifiedWildcardKind) -> Result<Vec<usize>> {
        let columns = |table: &Ident| {
            let table = self.names().table(table, self.source)?;
            Ok(self.names().tables.get(table).map_or(0..0, |table| table.columns.clone()).collect())
        };
        match kind {
            SelectItemQualifiedWildcardKind::ObjectName(name) => match name.0.as_slice() {
                [part] => match part.as_ident() {
                    Some(table) => columns(table),
                    None => Err(self.source.at(name, "only a table's name can stand before .*")),
                },
                _ => Err(self.source.at(name, "only a table's name can stand before .*")),
            },
            SelectItemQualifiedWildcardKind::Expr(node) => {
                Err(self.source.at(node, "only a table's name can stand before .*"))
            }
        }
    }

    /// Which of `columns` are left out.
    fn except(&self, columns: &[usize], except: Option<&ExceptSelectItem>) -> Result<Vec<usize>> {
        let Some(except) = except else { return Ok(Vec::new()) };
        let names = std::iter::once(&except.first_element).chain(&except.additional_elements);
        let index = |name: &Ident| match self.scope.column_among(columns, name, self.source)? {
            Name::Column(index) => Ok(index),
            Name::File | Name::Line => Err(self.source.at_name(name, "* does not contain this column")),
        };
        names.map(index).collect()
    }
}
