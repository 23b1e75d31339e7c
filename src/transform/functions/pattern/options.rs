//! PostgreSQL's options of a regular expression: flags beside the pattern and letters at its beginning.

#[derive(Debug, Default)]
pub struct Options {
    /// Case does not count.
    pub fold: bool,
    /// Every character stands for itself.
    pub literal: bool,
    /// Blanks and comments in the pattern do not count.
    pub expanded: bool,
    /// A dot does not match a line end, nor does `[^…]`.
    pub dot_stops: bool,
    /// ^ and $ match at line ends too.
    pub lines: bool,
}

impl Options {
    /// The last of contrary flags wins.
    pub fn of(flags: &str) -> Result<Options, String> {
        let mut options = Options::default();
        // Which matches are replaced, g says, is the caller's business.
        for flag in flags.chars().filter(|flag| *flag != 'g') {
            options
                .set(flag)
                .ok_or_else(|| format!("its flag {flag} is unknown; the flags are g i c n m p w s x t q"))?;
        }
        options.checked()
    }

    /// Takes `***=`, which makes the rest literal, or `***:` and `(?i)` with any letters off the pattern's beginning.
    /// A pattern that is literal already has no beginning of its own.
    pub fn take_prefix<'p>(&mut self, pattern: &'p str) -> Result<&'p str, String> {
        if self.literal {
            return Ok(pattern);
        }
        if let Some(rest) = pattern.strip_prefix("***=") {
            self.literal = true;
            return Ok(rest);
        }
        let rest = pattern.strip_prefix("***:").unwrap_or(pattern);
        match rest.strip_prefix("(?").filter(|inner| inner.starts_with(|c: char| c.is_ascii_alphabetic())) {
            Some(inner) => self.take_letters(inner),
            _ => Ok(rest),
        }
    }

    /// Beside a q the other letters are idle, which flags beside it may not be.
    fn take_letters<'p>(&mut self, inner: &'p str) -> Result<&'p str, String> {
        let (letters, rest) = inner.split_once(')').ok_or("its options (?… have no end")?;
        for letter in letters.chars() {
            self.set(letter)
                .ok_or_else(|| format!("its option {letter} is unknown; the options are i c n m p w s x t q"))?;
        }
        Ok(rest)
    }

    fn set(&mut self, flag: char) -> Option<()> {
        match flag {
            'i' => self.fold = true,
            'c' => self.fold = false,
            'q' => self.literal = true,
            'x' => self.expanded = true,
            't' => self.expanded = false,
            'n' | 'm' => (self.dot_stops, self.lines) = (true, true),
            'p' => (self.dot_stops, self.lines) = (true, false),
            'w' => (self.dot_stops, self.lines) = (false, true),
            's' => (self.dot_stops, self.lines) = (false, false),
            _ => return None,
        }
        Some(())
    }

    fn checked(self) -> Result<Options, String> {
        match self.literal && (self.expanded || self.dot_stops || self.lines) {
            true => Err("its option q goes with i only".to_string()),
            false => Ok(self),
        }
    }
}
