//! Lists, maps and structs as JSON: a list is an array, the others are objects.

use std::sync::Arc;

use super::finer::Finer;
use super::kind::type_of;
use super::values::{Fault, Made, fault, values};
use crate::arrow::array::{Array, ArrayRef, AsArray, StringBuilder};
use crate::arrow::buffer::{NullBuffer, OffsetBuffer};
use crate::arrow::datatypes::{DataType, Field};
use crate::format::json::write_string;
use crate::format::jsonl::write_value;
use crate::format::value::{Form, Rendered, render_as};
use crate::types::Type;

/// An array with the text of every value in it made ready.
enum Node {
    Leaf { rendered: Rendered, ty: Type, faults: Vec<Fault> },
    List { offsets: OffsetBuffer<i32>, items: Box<Node> },
    Map { offsets: OffsetBuffer<i32>, keys: Box<Node>, values: Box<Node> },
    Struct(Vec<(String, Node)>),
    Nullable(NullBuffer, Box<Node>),
}

/// The values of a column as JSON.
pub fn texts(array: &ArrayRef, field: &Field) -> Made {
    let node = Node::new(array, field);
    let mut texts = StringBuilder::with_capacity(array.len(), 0);
    let (mut faults, mut text) = (Vec::new(), Vec::new());
    for index in 0..array.len() {
        text.clear();
        let written = if array.is_valid(index) { node.write(index, &mut text).map(|()| true) } else { Ok(false) };
        if let Err(cause) = &written {
            faults.push(fault(index, cause.error_type, cause.failure.message.clone()));
        }
        // JSON made of texts is text.
        texts.append_option(written.ok().filter(|written| *written).and_then(|_| std::str::from_utf8(&text).ok()));
    }
    Made { array: Arc::new(texts.finish()), faults }
}

impl Node {
    fn new(array: &ArrayRef, field: &Field) -> Node {
        let node = Node::of_values(array, field);
        match (&node, array.nulls()) {
            (Node::List { .. } | Node::Map { .. } | Node::Struct(_), Some(nulls)) if nulls.null_count() > 0 => {
                Node::Nullable(nulls.clone(), Box::new(node))
            }
            _ => node,
        }
    }

    fn of_values(array: &ArrayRef, field: &Field) -> Node {
        match field.data_type() {
            DataType::List(item) => {
                let list = array.as_list::<i32>();
                Node::List { offsets: list.offsets().clone(), items: Box::new(Node::new(list.values(), item)) }
            }
            DataType::Map(entries, _) => Node::of_map(array, entries),
            DataType::Struct(fields) => {
                let columns = fields.iter().zip(array.as_struct().columns());
                Node::Struct(columns.map(|(field, array)| (field.name().clone(), Node::new(array, field))).collect())
            }
            _ if let Some(finer) = Finer::of(array, field) => {
                let rendered = render_as(&finer.texts(Form::Iso), Type::Text, Form::Iso);
                Node::Leaf { rendered, ty: type_of(field).unwrap_or(Type::Text), faults: Vec::new() }
            }
            _ => {
                let Made { array, faults } = values(array, field);
                let ty = type_of(field).unwrap_or(Type::Text);
                Node::Leaf { rendered: render_as(&array, ty, Form::Iso), ty, faults }
            }
        }
    }

    fn of_map(array: &ArrayRef, entries: &Field) -> Node {
        let map = array.as_map();
        let part = |index: usize| match entries.data_type() {
            DataType::Struct(fields) => fields.get(index).zip(map.entries().columns().get(index)),
            _ => None,
        };
        let node = |index| part(index).map(|(field, array)| Box::new(Node::new(array, field)));
        match (node(0), node(1)) {
            (Some(keys), Some(values)) => Node::Map { offsets: map.offsets().clone(), keys, values },
            _ => Node::Struct(Vec::new()),
        }
    }

    /// Appends one value, or says which value within it is lost.
    fn write(&self, index: usize, out: &mut Vec<u8>) -> Result<(), &Fault> {
        match self {
            Node::Nullable(nulls, _) if nulls.is_null(index) => out.extend_from_slice(b"null"),
            Node::Nullable(_, node) => node.write(index, out)?,
            Node::Leaf { rendered, ty, faults } => {
                if let Ok(found) = faults.binary_search_by_key(&index, |fault| fault.failure.index) {
                    return faults.get(found).map_or(Ok(()), Err);
                }
                match rendered.text(index) {
                    Some(text) => {
                        write_value(text, *ty, out);
                    }
                    None => out.extend_from_slice(b"null"),
                }
            }
            Node::List { offsets, items } => {
                out.push(b'[');
                joined(entries(offsets, index), out, |entry, out| items.write(entry, out))?;
                out.push(b']');
            }
            Node::Map { offsets, keys, values } => {
                out.push(b'{');
                joined(entries(offsets, index), out, |entry, out| {
                    keys.write_key(entry, out)?;
                    out.push(b':');
                    values.write(entry, out)
                })?;
                out.push(b'}');
            }
            Node::Struct(fields) => {
                out.push(b'{');
                joined(fields.iter(), out, |(name, node), out| {
                    write_string(name.as_bytes(), out);
                    out.push(b':');
                    node.write(index, out)
                })?;
                out.push(b'}');
            }
        }
        Ok(())
    }

    /// The keys of an object are strings, whatever those of the map are.
    fn write_key(&self, index: usize, out: &mut Vec<u8>) -> Result<(), &Fault> {
        let mut key = Vec::new();
        self.write(index, &mut key)?;
        match key.first() {
            Some(b'"') => out.extend_from_slice(&key),
            _ => write_string(&key, out),
        }
        Ok(())
    }
}

fn entries(offsets: &OffsetBuffer<i32>, index: usize) -> std::ops::Range<usize> {
    offsets[index] as usize..offsets[index + 1] as usize
}

fn joined<T, E>(
    items: impl Iterator<Item = T>,
    out: &mut Vec<u8>,
    mut write: impl FnMut(T, &mut Vec<u8>) -> Result<(), E>,
) -> Result<(), E> {
    for (index, item) in items.enumerate() {
        if index > 0 {
            out.push(b',');
        }
        write(item, out)?;
    }
    Ok(())
}
