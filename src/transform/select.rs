//! One select of a query, and what it makes of the records of one chunk.

use std::sync::Arc;

use crate::arrow::array::{ArrayRef, AsArray, StringArray};

use super::eval::{Evaluation, Refusals, TOO_LONG, TextBudget, take, text_bytes};
use super::function::Value;
use super::gathered_rows::GatheredRows;
use super::lookup::Join;
use super::plan::{Expr, Node};
use crate::batch::{Batch, Column, ErrorType, Failure, InputFile, Records, Selection};
use crate::types::{InputColumn, Known, Session, Type};

/// The rows ask for more computed text than may be held at once; fewer of them may not.
#[derive(Debug)]
pub struct TooMuchText;

/// Which plain copies of columns stay the text that was read, rather than be made values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keeps {
    /// All.
    Fields,
    /// Those whose type is text.
    Texts,
}

/// WHERE and the select list, bound over the columns of some records.
pub struct Select {
    /// Those of the records, and after them those of the lookups joined.
    pub(super) inputs: Vec<InputColumn>,
    pub(super) joins: Vec<Join>,
    pub(super) session: Session,
    pub(super) filter: Option<Expr>,
    pub(super) items: Vec<Expr>,
    /// Names of the items, for refusals.
    pub(super) names: Vec<String>,
    /// Of which plain copies stay the text that was read.
    pub(super) keeps: Keeps,
}

impl Select {
    /// For each input column, whether the select reads or writes it.
    pub fn uses(&self) -> Vec<bool> {
        let mut uses = vec![false; self.inputs.len()];
        let read = self.filter.iter().chain(&self.items).chain(self.join_keys());
        read.for_each(|expr| mark(expr, &mut uses));
        uses
    }

    fn join_keys(&self) -> impl Iterator<Item = &Expr> {
        self.joins.iter().flat_map(|join| &join.keys)
    }

    /// Gathered rows as the records that this select reads. `file` is the one that they come from: none.
    pub fn table(&self, columns: Vec<(ArrayRef, Vec<Failure>)>, rows: usize, file: &Arc<InputFile>) -> GatheredRows {
        GatheredRows::new(columns, &self.inputs, rows, self.session.zone, file)
    }

    /// WHERE, then SELECT, over the records of one chunk, for which so much text may be held at once.
    pub fn mill(&self, records: &dyn Records, most_text: usize) -> Result<Batch, TooMuchText> {
        let mut evaluation = Evaluation::new(records, &self.inputs, &self.session);
        evaluation.joins = &self.joins;
        evaluation.text = TextBudget::within(most_text);
        let rows = self.check_declared(&mut evaluation);
        let kept = match &self.filter {
            Some(filter) => evaluation.filter(filter, rows),
            None => rows,
        };
        let kept = without_refused(&evaluation, &kept);
        let filtered = records.len() - evaluation.refusals.len() - kept.len();
        let columns = self.select(&mut evaluation, &kept);
        if !evaluation.text.is_exceeded() {
            return Ok(self.leave_out_refused(evaluation, kept, columns, filtered));
        }
        if !evaluation.is_alone() {
            return Err(TooMuchText);
        }
        // The row is refused for that, whatever else came of it.
        evaluation.refusals = Refusals::default();
        evaluation.refusals.add(0, ErrorType::Expression, None, TOO_LONG);
        let filtered = 0;
        Ok(self.leave_out_refused(evaluation, kept, columns, filtered))
    }

    /// Checks every declared column that the query uses, and returns the rows in which all fit.
    fn check_declared(&self, evaluation: &mut Evaluation) -> Selection {
        let rows = Selection::All(evaluation.records.len());
        // What a lookup holds has been checked.
        let width = self.joins.first().map_or(self.inputs.len(), |join| join.first);
        let used = self.inputs.iter().take(width).zip(self.uses()).enumerate().filter(|(_, (_, used))| *used);
        for (index, (input, _)) in used {
            let may_not_fit = match input.known {
                Known::Declared => input.typing.ty != Type::Text,
                Known::Stored => true,
                Known::Guessed | Known::Computed | Known::Finer { .. } => false,
            };
            if may_not_fit {
                evaluation.check(index, input, &rows);
            }
        }
        without_refused(evaluation, &rows)
    }

    fn select<'a>(&'a self, evaluation: &mut Evaluation<'a>, kept: &Selection) -> Vec<Column> {
        let mut columns = Vec::with_capacity(self.items.len());
        for (index, item) in self.items.iter().enumerate() {
            evaluation.output = self.names.get(index).map(String::as_str);
            columns.push(match &item.node {
                Node::Column(index) if self.is_field(*index) => evaluation.field(*index, kept),
                // In between, texts that are read of fields stay where they are.
                Node::RawText(index) if self.keeps == Keeps::Texts && self.is_read(*index) => {
                    evaluation.field(*index, kept)
                }
                Node::Guessed { text, .. } if self.keeps == Keeps::Fields => {
                    Column::Texts(evaluation.item(text, kept).as_string().clone())
                }
                _ => Column::Values(evaluation.item(item, kept)),
            });
        }
        columns
    }

    fn is_field(&self, column: usize) -> bool {
        let is_text = |input: &InputColumn| input.typing.ty == Type::Text;
        self.is_read(column) && (self.keeps == Keeps::Fields || self.inputs.get(column).is_some_and(is_text))
    }

    /// Whether the column is text that was read.
    fn is_read(&self, column: usize) -> bool {
        self.inputs.get(column).is_some_and(|input| input.known.is_text())
    }

    fn leave_out_refused(
        &self,
        evaluation: Evaluation,
        kept: Selection,
        columns: Vec<Column>,
        filtered: usize,
    ) -> Batch {
        let sound = evaluation.refusals.others(&kept);
        let refused = evaluation.refusals.into_vec();
        if sound.len() == kept.len() {
            return Batch { kept, columns, filtered, refused };
        }
        let pick = |array: ArrayRef| take(&Value::Column(array), &sound).array().clone();
        let pick_texts = |texts: StringArray| pick(Arc::new(texts)).as_string().clone();
        let columns = columns.into_iter().map(|column| match column {
            Column::Values(array) => Column::Values(pick(array)),
            Column::Texts(texts) => Column::Texts(pick_texts(texts)),
            field => field,
        });
        Batch { columns: columns.collect(), kept: Evaluation::narrow(&kept, &sound), filtered, refused }
    }
}

impl Evaluation<'_> {
    /// A plain copy of a column.
    fn field(&mut self, index: usize, kept: &Selection) -> Column {
        let Some((join, column)) = self.joined(index) else {
            return self.records.texts(index, kept).map_or(Column::Field(index), Column::Texts);
        };
        let before = self.text.held();
        let texts = self.lookup_texts(join, column, kept);
        self.text.settle(before, text_bytes(&(Arc::new(texts.clone()) as ArrayRef)));
        Column::Texts(texts)
    }

    /// The values of one output column.
    fn item(&mut self, item: &Expr, kept: &Selection) -> ArrayRef {
        let before = self.text.held();
        let value = self.value(item, kept);
        let array = self.spread(&value, kept.len());
        self.text.settle(before, text_bytes(&array));
        array
    }

    /// Refuses the rows whose text does not fit the declared type of a column.
    fn check(&mut self, column: usize, input: &InputColumn, rows: &Selection) {
        for failure in self.columns.typed(self.records, column, &input.typing, rows).1 {
            self.refusals.declared(rows.row(failure.index), input, &failure.message);
        }
    }
}

fn without_refused(evaluation: &Evaluation, rows: &Selection) -> Selection {
    match evaluation.refusals.is_empty() {
        true => rows.clone(),
        false => Evaluation::narrow(rows, &evaluation.refusals.others(rows)),
    }
}

/// Marks the columns that an expression reads in a way that counts.
fn mark(expr: &Expr, columns: &mut [bool]) {
    if let Some(index) = expr.node.column()
        && let Some(used) = columns.get_mut(index)
    {
        *used = true;
    }
    expr.arguments().into_iter().for_each(|argument| mark(argument, columns));
}
