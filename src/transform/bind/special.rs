//! Forms with a grammar of their own: casts, typed literals, and functions that SQL spells in words.

use anyhow::Result;
use sqlparser::ast::{self, AccessExpr, CastKind, CeilFloorKind, DataType, DateTimeField};
use sqlparser::ast::{Subscript, TrimWhereField, Value};

use super::data_type::data_type;
use super::{Binder, Bound, literal};
use crate::transform::cast::castable;
use crate::transform::plan::{Expr, Node, OnFailure};
use crate::types::Type;

impl Binder<'_> {
    pub fn cast(
        &self,
        kind: &CastKind,
        value: &ast::Expr,
        to: &DataType,
        format: bool,
        at: &ast::Expr,
    ) -> Result<Bound> {
        if format {
            return Err(self.source.at(at, "cast has no format; use to_date or to_timestamp"));
        }
        let on_failure = match kind {
            CastKind::SafeCast => return Err(self.source.at(at, "safe_cast is not supported; write try_cast")),
            CastKind::TryCast => OnFailure::Null,
            CastKind::Cast | CastKind::DoubleColon => OnFailure::Refuse,
        };
        let ty = data_type(to).map_err(|message| self.source.at(at, message))?;
        let value = match self.bind(value)? {
            Bound::Null => return Ok(Bound::Typed(literal::null(ty))),
            Bound::Literal(text) => literal::text(&text),
            Bound::Typed(expr) => expr,
        };
        if !castable(value.ty, ty) {
            return Err(self.source.at(at, format!("{} cannot be cast to {ty}", value.ty)));
        }
        Ok(Bound::Typed(self.fold(self.cast_node(value, ty, on_failure), at)?))
    }

    /// A guessed column becomes text as it stands, and `try_cast` forgives a value that its guess does not fit.
    pub fn cast_node(&self, value: Expr, ty: Type, on_failure: OnFailure) -> Expr {
        if ty == Type::Text
            && let Some(text) = self.whole_text(&value)
        {
            return text;
        }
        let value = value.into_value();
        match value.node {
            // Digits that its type lacks are rounded where a cast is written.
            Node::Column(column) if self.is_finer(column) => {
                let text = Box::new(Expr { node: Node::RawText(column), ty: Type::Text });
                let rounded = Expr { node: Node::Cast { value: text, on_failure }, ty: value.ty };
                match rounded.ty == ty {
                    true => rounded,
                    false => Expr { node: Node::Cast { value: Box::new(rounded), on_failure }, ty },
                }
            }
            // A column that is cast is no plain copy: its guess is checked, and its text becomes the type's own.
            Node::Column(_) if ty != Type::Text => Expr { node: Node::Cast { value: Box::new(value), on_failure }, ty },
            _ if value.ty == ty => value,
            _ => Expr { node: Node::Cast { value: Box::new(value), on_failure }, ty },
        }
    }

    /// `date '2024-01-31'`.
    pub fn typed_literal(&self, literal: &ast::TypedString, at: &ast::Expr) -> Result<Bound> {
        let ty = data_type(&literal.data_type).map_err(|message| self.source.at(at, message))?;
        let text = literal.value.value.clone().into_string().unwrap_or_default();
        literal::text_as(&text, ty, self.session).map(Bound::Typed).map_err(|message| self.source.at(at, message))
    }

    /// `interval '1 day'` or `interval '1' day`.
    pub fn interval(&self, interval: &ast::Interval, at: &ast::Expr) -> Result<Bound> {
        let ast::Expr::Value(value) = interval.value.as_ref() else {
            return Err(self.source.at(at, "an interval is written interval '1 day'"));
        };
        let text = match &value.value {
            Value::SingleQuotedString(text) => text.clone(),
            _ => return Err(self.source.at(at, "an interval is written interval '1 day'")),
        };
        if interval.last_field.is_some() || interval.leading_precision.is_some() {
            return Err(self.source.at(at, "an interval is written interval '1 day'"));
        }
        let text = match &interval.leading_field {
            None => text,
            // PostgreSQL drops what is smaller than the unit; a number alone leaves nothing to drop.
            Some(unit) if text.trim().parse::<i64>().is_ok() => format!("{text} {unit}").to_lowercase(),
            Some(unit) => {
                let unit = unit.to_string().to_lowercase();
                let message = format!(
                    "before the unit {unit} stands a whole number alone, not {text:?}; put the unit into the text, as in interval '1 day 02:30'"
                );
                return Err(self.source.at(at, message));
            }
        };
        let literal = literal::text_as(&text, Type::Interval, self.session);
        literal.map(Bound::Typed).map_err(|message| self.source.at(at, message))
    }

    /// Functions that SQL spells in words, and what is left: refused.
    pub fn special(&self, node: &ast::Expr) -> Result<Bound> {
        use ast::Expr as E;
        match node {
            E::Extract { field, expr, .. } => self.extract(field, expr, node),
            E::Ceil { expr, field } => self.rounded("ceil", expr, field, node),
            E::Floor { expr, field } => self.rounded("floor", expr, field, node),
            E::Position { expr, r#in } => self.call("strpos", &[r#in, expr], node),
            E::Substring { expr, substring_from, substring_for, .. } => {
                self.substring(expr, substring_from.as_deref(), substring_for.as_deref(), node)
            }
            E::Trim { expr, trim_where, trim_what, trim_characters } => {
                let characters = trim_characters.iter().flatten();
                let what: Vec<&E> =
                    std::iter::once(expr.as_ref()).chain(trim_what.as_deref()).chain(characters).collect();
                self.call(trim_name(trim_where.as_ref()), &what, node)
            }
            E::Overlay { expr, overlay_what, overlay_from, overlay_for } => {
                let rest = overlay_for.as_deref();
                let arguments: Vec<&E> = [expr.as_ref(), overlay_what, overlay_from].into_iter().chain(rest).collect();
                self.call("overlay", &arguments, node)
            }
            E::CompoundFieldAccess { root, access_chain } => self.first_group(root, access_chain, node),
            E::AtTimeZone { timestamp, time_zone } => self.call("timezone", &[time_zone, timestamp], node),
            E::Subquery(_) | E::Exists { .. } | E::InSubquery { .. } => {
                self.refuse(node, "a sub-select can stand in from, not in an expression; join a lookup instead")
            }
            E::SimilarTo { .. } => self.refuse(node, "similar to is not supported; use ~ with a regular expression"),
            E::IsJson { .. } => self.refuse(
                node,
                "is json is not supported; json_typeof(a) gives the kind, and text that is no JSON makes the row a reject",
            ),
            E::RLike { expr, .. } => self.refuse(expr, "rlike and regexp are not supported; use ~"),
            E::Collate { .. } => self.refuse(node, "collate is not supported; text compares bytewise"),
            E::AnyOp { .. } | E::AllOp { .. } => self.refuse(node, "any and all are not supported; use in"),
            E::Tuple(_) => self.refuse(node, "rows of values are not supported"),
            E::Array(_) => self.refuse(node, "arrays are not supported"),
            _ => self.refuse(node, "this expression is not supported"),
        }
    }

    /// `(regexp_match(a, b))[1]`, which is what regexp_match gives here by itself.
    fn first_group(&self, root: &ast::Expr, access: &[AccessExpr], at: &ast::Expr) -> Result<Bound> {
        let mut inner = root;
        while let ast::Expr::Nested(nested) = inner {
            inner = nested;
        }
        let is_match =
            matches!(inner, ast::Expr::Function(call) if call.name.to_string().eq_ignore_ascii_case("regexp_match"));
        let is_first =
            matches!(access, [AccessExpr::Subscript(Subscript::Index { index })] if index.to_string() == "1");
        if is_match && is_first {
            return self.bind(inner);
        }
        self.refuse(at, "there are no arrays here, but for (regexp_match(a, b))[1]; regexp_substr gives other groups")
    }

    fn refuse(&self, node: &ast::Expr, message: &str) -> Result<Bound> {
        Err(self.source.at(node, message))
    }

    fn extract(&self, field: &DateTimeField, value: &ast::Expr, at: &ast::Expr) -> Result<Bound> {
        let name = match field {
            DateTimeField::Custom(name) => name.value.to_lowercase(),
            field => field.to_string().to_lowercase(),
        };
        self.call_bound("extract", vec![(Bound::Literal(name), at), (self.bind(value)?, value)], at)
    }

    fn rounded(&self, name: &str, value: &ast::Expr, kind: &CeilFloorKind, at: &ast::Expr) -> Result<Bound> {
        match kind {
            CeilFloorKind::DateTimeField(DateTimeField::NoDateTime) => self.call(name, &[value], at),
            _ => self.refuse(at, "ceil and floor take one number"),
        }
    }

    fn substring(
        &self,
        value: &ast::Expr,
        from: Option<&ast::Expr>,
        length: Option<&ast::Expr>,
        at: &ast::Expr,
    ) -> Result<Bound> {
        let mut arguments = vec![(self.bind(value)?, value)];
        match from {
            Some(from) => arguments.push((self.bind(from)?, from)),
            None => {
                let one = literal::number("1").map_err(|message| self.source.at(at, message))?;
                arguments.push((Bound::Typed(one), at));
            }
        }
        if let Some(length) = length {
            arguments.push((self.bind(length)?, length));
        }
        self.call_bound("substr", arguments, at)
    }
}

fn trim_name(place: Option<&TrimWhereField>) -> &'static str {
    match place {
        Some(TrimWhereField::Leading) => "ltrim",
        Some(TrimWhereField::Trailing) => "rtrim",
        Some(TrimWhereField::Both) | None => "trim",
    }
}
