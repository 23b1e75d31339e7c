//! A path into JSON as PostgreSQL writes an array: `{a,0,"b c"}`.

/// The steps of a path in braces; quotes keep commas and blanks.
pub fn steps(path: &str) -> Result<Vec<String>, String> {
    let malformed = || format!("a path is written {{a,0,b}}, not {path:?}");
    let inner = path.trim().strip_prefix('{').and_then(|rest| rest.strip_suffix('}')).ok_or_else(malformed)?;
    let (mut steps, mut step, mut quoted, mut was_quoted) = (Vec::new(), String::new(), false, false);
    let mut characters = inner.chars();
    while let Some(character) = characters.next() {
        match character {
            '"' if quoted => quoted = false,
            // Quotes hold all of a step.
            '"' if !was_quoted && step.trim().is_empty() => {
                (quoted, was_quoted) = (true, true);
                step.clear();
            }
            ',' if !quoted => steps.push(finished(&mut step, &mut was_quoted).ok_or_else(malformed)?),
            blank if was_quoted && !quoted && blank.is_ascii_whitespace() => {}
            _ if was_quoted && !quoted => return Err(malformed()),
            '"' | '{' | '}' if !quoted => return Err(malformed()),
            '\\' => step.extend(characters.next()),
            other => step.push(other),
        }
    }
    if !inner.trim().is_empty() {
        steps.push(finished(&mut step, &mut was_quoted).ok_or_else(malformed)?);
    }
    if quoted { Err(malformed()) } else { Ok(steps) }
}

/// An empty step needs quotes, and blanks around one do.
fn finished(step: &mut String, was_quoted: &mut bool) -> Option<String> {
    let text = std::mem::take(step);
    let quoted = std::mem::take(was_quoted);
    let text = if quoted { text } else { text.trim().to_string() };
    (quoted || !text.is_empty()).then_some(text)
}
