//! The servers that a URL names: libpq leaves one that says nothing only where it does the waiting, so each is tried by
//! itself, in their order.

use std::ffi::CStr;
use std::time::Duration;

use super::libpq::Link;

/// One of several servers, as parameters of a connection.
pub type Host = Vec<(&'static CStr, String)>;

/// Each of several servers; none where there is but one.
pub fn hosts(link: &Link) -> Vec<Host> {
    let list = |option: &CStr| -> Vec<String> {
        let values = link.option(option).unwrap_or_default();
        if values.is_empty() { Vec::new() } else { values.split(',').map(str::to_owned).collect() }
    };
    apart(&list(c"host"), &list(c"hostaddr"), &list(c"port"))
}

fn apart(names: &[String], addresses: &[String], ports: &[String]) -> Vec<Host> {
    let count = names.len().max(addresses.len());
    let one = |index: usize| -> Host {
        // One port is that of all.
        let port = if ports.len() == 1 { ports.first() } else { ports.get(index) };
        let parts = [(c"host", names.get(index)), (c"hostaddr", addresses.get(index)), (c"port", port)];
        parts.into_iter().filter_map(|(option, value)| Some((option, value?.clone()))).collect()
    };
    let hosts: Vec<Host> = (0..count).map(one).collect();
    // What is left empty in a list has a meaning there that it has not alone.
    let is_whole = |host: &Host| host.iter().all(|(_, value)| !value.is_empty());
    if count > 1 && hosts.iter().all(is_whole) { hosts } else { Vec::new() }
}

/// How long a server may take to answer; an error where the URL names no such time.
pub fn time_to_answer(link: &Link) -> Result<Duration, String> {
    /// Where the URL does not say.
    const USUAL: Duration = Duration::from_secs(10);
    /// As libpq has it.
    const LEAST: u64 = 2;
    let told = link.option(c"connect_timeout").filter(|text| !text.is_empty());
    let Some(told) = told else { return Ok(USUAL) };
    match told.trim().parse::<i32>() {
        Ok(seconds @ 1..) => Ok(Duration::from_secs(u64::from(seconds.unsigned_abs()).max(LEAST))),
        // Without a limit, as libpq has it; but nobody waits for ever.
        Ok(_) => Ok(USUAL),
        Err(_) => Err("connect_timeout must be a whole number of seconds".into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_has_its_own_port() {
        let list = |values: &[&str]| values.iter().map(|value| value.to_string()).collect::<Vec<_>>();
        let both = apart(&list(&["a", "b"]), &[], &list(&["1", "2"]));
        let host = |name: &str, port: &str| vec![(c"host", name.to_owned()), (c"port", port.to_owned())];
        assert_eq!(both, [host("a", "1"), host("b", "2")]);
        assert_eq!(apart(&list(&["a", "b"]), &[], &list(&["1"])), [host("a", "1"), host("b", "1")]);
        assert!(apart(&list(&["a"]), &[], &list(&["1"])).is_empty());
        assert!(apart(&list(&["a", ""]), &[], &[]).is_empty());
    }
}
