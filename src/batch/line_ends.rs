//! What ends the lines of a file.

/// What ends the lines of one file, which its first line end outside quotes decides.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum LineEnds {
    /// LF, CRLF and CRCRLF. A CR that is part of none of them is a byte of its value.
    #[default]
    Feed,
    /// CR, LF and CRLF: the first was a lone CR, as old Macs wrote them.
    Return,
}

impl LineEnds {
    /// What the first line of a file says, its end included; `None` where it has none.
    pub fn of_line(line: &[u8]) -> Option<LineEnds> {
        match line.last()? {
            b'\n' => Some(LineEnds::Feed),
            b'\r' => Some(LineEnds::Return),
            _ => None,
        }
    }
}
