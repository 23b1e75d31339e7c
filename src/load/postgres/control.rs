//! Whether a text of the user's would end the transaction that it is run in: found in its words, for once it has been run
//! that is too late.

/// The word of a statement that begins or ends a transaction, where there is one.
pub fn transaction_control(sql: &str) -> Option<String> {
    let mut words = Vec::new();
    let mut has_atomic_body = false;
    for token in Tokens(sql) {
        match token {
            Token::Word(word) => words.push(word.to_lowercase()),
            Token::End => {
                if let Some(found) = control(&words, has_atomic_body) {
                    return Some(found);
                }
                words.clear();
            }
            Token::Other => words.push(String::new()),
        }
        // `begin atomic … end` is the body of a function.
        has_atomic_body |= words.last().is_some_and(|word| word == "atomic");
    }
    control(&words, has_atomic_body)
}

fn control(words: &[String], has_atomic_body: bool) -> Option<String> {
    let word = |index: usize| words.get(index).map(String::as_str).unwrap_or_default();
    let is_control = match word(0) {
        "begin" | "commit" | "abort" => true,
        "start" | "prepare" => word(1) == "transaction",
        "end" => !has_atomic_body,
        "rollback" => word(1) != "to" && word(2) != "to",
        _ => false,
    };
    is_control.then(|| word(0).to_owned())
}

enum Token<'a> {
    Word(&'a str),
    /// The end of a statement.
    End,
    Other,
}

/// The tokens of what is still to be read; comments and blanks are none.
struct Tokens<'a>(&'a str);

impl<'a> Iterator for Tokens<'a> {
    type Item = Token<'a>;

    fn next(&mut self) -> Option<Token<'a>> {
        loop {
            self.0 = self.0.trim_start();
            let first = self.0.chars().next()?;
            let after = |mark: &str| self.0.strip_prefix(mark);
            if let Some(rest) = after("--") {
                self.0 = rest.split_once('\n').map_or("", |(_, rest)| rest);
            } else if let Some(rest) = after("/*") {
                self.0 = behind_comment(rest);
            } else if first == ';' {
                return Some(self.take(1, Token::End));
            } else if first == '\'' || first == '"' {
                let length = 1 + quoted(self.0.get(1..).unwrap_or_default(), first, false);
                return Some(self.take(length, Token::Other));
            } else if let Some(length) = dollar_quoted(self.0) {
                return Some(self.take(length, Token::Other));
            } else if is_of_word(first) {
                return Some(self.word());
            } else {
                return Some(self.take(first.len_utf8(), Token::Other));
            }
        }
    }
}

impl<'a> Tokens<'a> {
    fn take(&mut self, length: usize, token: Token<'a>) -> Token<'a> {
        self.0 = self.0.get(length..).unwrap_or_default();
        token
    }

    fn word(&mut self) -> Token<'a> {
        let end = self.0.find(|sign| !is_of_word(sign) && sign != '$').unwrap_or(self.0.len());
        let (word, rest) = self.0.split_at(end);
        self.0 = rest;
        // E'…' has backslashes that mean something.
        if let (true, Some(text)) = (word.eq_ignore_ascii_case("e"), rest.strip_prefix('\'')) {
            return self.take(1 + quoted(text, '\'', true), Token::Other);
        }
        Token::Word(word)
    }
}

fn is_of_word(sign: char) -> bool {
    sign.is_alphanumeric() || sign == '_'
}

/// How long a quoted text is, its closing quote included; a doubled one is two texts to us.
fn quoted(text: &str, quote: char, with_escapes: bool) -> usize {
    let mut escaped = false;
    for (at, sign) in text.char_indices() {
        match sign {
            _ if escaped => escaped = false,
            '\\' if with_escapes => escaped = true,
            sign if sign == quote => return at + 1,
            _ => {}
        }
    }
    text.len()
}

/// How long a text in dollar quotes is, where one begins here.
fn dollar_quoted(text: &str) -> Option<usize> {
    let (tag, _) = text.strip_prefix('$')?.split_once('$')?;
    let is_tag = tag.chars().all(is_of_word) && !tag.starts_with(|sign: char| sign.is_ascii_digit());
    let mark = text.get(..tag.len() + 2).filter(|_| is_tag)?;
    let body = text.get(mark.len()..)?;
    Some(mark.len() + body.find(mark).map_or(body.len(), |end| end + mark.len()))
}

/// What follows a comment that has begun; comments hold comments.
fn behind_comment(mut text: &str) -> &str {
    let mut depth = 1;
    while depth > 0 {
        let (opens, closes) = (text.find("/*"), text.find("*/"));
        let (at, step) = match (opens, closes) {
            (Some(open), Some(close)) if open < close => (open, 1),
            (_, Some(close)) => (close, -1),
            (_, None) => return "",
        };
        depth += step;
        text = text.get(at + 2..).unwrap_or_default();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::transaction_control;

    #[test]
    fn what_ends_a_transaction_is_found() {
        for sql in
            ["commit", "delete from t; COMMIT;", "begin; delete from t", "/* a /* b */ c */ -- d\n rollback", "end"]
        {
            assert!(transaction_control(sql).is_some(), "{sql}");
        }
        for sql in [
            "insert into t values ('; commit')",
            "insert into t values (E'\\'; commit')",
            "do $a$ begin commit; end $a$; select 1",
            "select \"; commit\" from t -- ; commit",
            "rollback to savepoint s",
            "prepare p as select 1",
            "create function f() returns int begin atomic select 1; end; select 2",
            "select a$b$; create table commits (begin int)",
        ] {
            assert_eq!(transaction_control(sql), None, "{sql}");
        }
    }
}
