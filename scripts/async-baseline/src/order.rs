//! The job, one line at a time: paid orders over 50, with their country in capitals and their total. `QUERY` says the same
//! to gristmill, and both give the same bytes.

/// What `lines` and `threads-lines` do by hand.
pub const QUERY: &str = "select order_id, ordered_at, upper(country) as country, product, \
    round(quantity * unit_price * (1 - discount), 2) as total \
    from input where status = 'paid' and quantity * unit_price > 50";

pub const HEADER: &str = "order_id,ordered_at,country,product,total\n";

const FIELDS: usize = 11;

/// The row that a line of input becomes, if it becomes one. No line may hold a part of a record.
pub fn paid(line: &str) -> Result<Option<String>, String> {
    let [id, time, _, _, country, product, quantity, price, discount, status, _] = fields(line)?;
    if status != "paid" {
        return Ok(None);
    }
    let (quantity, price, discount) = (number(quantity)?, number(price)?, number(discount)?);
    let gross = quantity * price;
    if gross <= 50.0 {
        return Ok(None);
    }
    let (country, total) = (country.to_uppercase(), to_cents(gross * (1.0 - discount)));
    Ok(Some(format!("{id},{time},{country},{product},{total}\n")))
}

/// The fields as they stand there, quotes included.
fn fields(line: &str) -> Result<[&str; FIELDS], String> {
    let mut fields = [""; FIELDS];
    let (mut found, mut start, mut quoted) = (0, 0, false);
    for (at, byte) in line.bytes().enumerate() {
        match byte {
            b'"' => quoted = !quoted,
            b',' if !quoted => {
                *fields.get_mut(found).ok_or("too many fields")? = &line[start..at];
                (found, start) = (found + 1, at + 1);
            }
            _ => {}
        }
    }
    if quoted || found != FIELDS - 1 {
        return Err(format!("{} fields, not {FIELDS}: {line}", found + 1));
    }
    fields[found] = &line[start..];
    Ok(fields)
}

fn number(text: &str) -> Result<f64, String> {
    text.parse().map_err(|_| format!("{text:?} is no number"))
}

/// Rounded by the exact value, halves away from zero: 2.675 is a little less than it reads, and becomes 2.67.
fn to_cents(value: f64) -> f64 {
    let moved = value * 100.0;
    let seems_half = (moved - moved.trunc()).abs() == 0.5;
    let lost = value.mul_add(100.0, -moved);
    let cents = if seems_half && lost * moved < 0.0 { moved.trunc() } else { moved.round() };
    cents / 100.0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(line: &str, expected: Result<Option<&str>, &str>) {
        let found = paid(line);
        assert_eq!(found.as_ref().map(Option::as_deref).map_err(String::as_str), expected, "{line}");
    }

    #[test]
    fn rows() {
        let line = |product, quantity, price, discount, status| {
            format!("7,2024-01-02T03:04:05Z,1,a@example.org,de,{product},{quantity},{price},{discount},{status},")
        };
        check(&line("Mixer", "7", "7.53", "0", "paid"), Ok(Some("7,2024-01-02T03:04:05Z,DE,Mixer,52.71\n")));
        check(&line("Mixer", "7", "7.53", "0", "shipped"), Ok(None));
        check(&line("Mixer", "1", "50", "0", "paid"), Ok(None));
        let quoted = "7,2024-01-02T03:04:05Z,DE,\"Cable, 27\"\" USB\",51\n";
        check(&line("\"Cable, 27\"\" USB\"", "2", "25.50", "0", "paid"), Ok(Some(quoted)));
        check(&line("Mixer", "many", "50", "0", "paid"), Err("\"many\" is no number"));
        check("1,2", Err("2 fields, not 11: 1,2"));
    }

    #[test]
    fn cents() {
        for (value, expected) in [(2.675, 2.67), (0.125, 0.13), (104.595, 104.59), (7.875, 7.88), (3.0, 3.0)] {
            assert_eq!(to_cents(value), expected, "{value}");
        }
    }
}
