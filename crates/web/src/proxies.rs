//! Servers before the node that speak TLS for it: whose word counts on where a request comes from, and what it says.

use axum::http::{HeaderMap, HeaderName, header};
use std::net::{IpAddr, SocketAddr};
use std::str::FromStr;

/// Addresses that begin alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Network {
    first: IpAddr,
    bits: u8,
}

impl FromStr for Network {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong =
            || format!("{text} is no address or network; write one such as 192.0.2.7 or 2001:db8::/48");
        let (address, bits) = match text.split_once('/') {
            Some((address, bits)) => (address, Some(bits)),
            None => (text, None),
        };
        let first: IpAddr = address.parse().map_err(|_| wrong())?;
        let most = if first.is_ipv4() { 32 } else { 128 };
        let bits = match bits {
            None => most,
            Some(digits) if digits.bytes().all(|byte| byte.is_ascii_digit()) => {
                digits.parse().ok().filter(|bits| *bits <= most).ok_or_else(wrong)?
            }
            Some(_) => return Err(wrong()),
        };
        if bits == 0 {
            return Err(format!("{text} is every address: name those of the servers before the node"));
        }
        Ok(Self { first, bits })
    }
}

impl Network {
    fn has(&self, address: IpAddr) -> bool {
        let shared = match (self.first, address) {
            (IpAddr::V4(first), IpAddr::V4(other)) => (first.to_bits() ^ other.to_bits()).leading_zeros(),
            (IpAddr::V6(first), IpAddr::V6(other)) => (first.to_bits() ^ other.to_bits()).leading_zeros(),
            _ => return false,
        };
        shared >= u32::from(self.bits)
    }
}

/// In which header the servers before the node say for whom they ask. It is one, since whoever is behind them may write the
/// other himself, and they pass it on.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Told {
    /// `X-Forwarded-For`, as most of them write it.
    #[default]
    XForwardedFor,
    /// `Forwarded` (RFC 7239).
    Forwarded,
}

/// The servers before the node.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Proxies {
    /// From where they connect.
    pub trusted: Vec<Network>,
    /// How they tell for whom.
    pub told: Told,
}

impl Proxies {
    /// Whether a server that connects from there is one of them.
    pub fn has(&self, address: IpAddr) -> bool {
        self.trusted.iter().any(|network| network.has(address))
    }

    /// From where a request comes: the address of the connection, or, where that is one of these servers, the last one told
    /// that is none of them. What others say of themselves counts for nothing.
    pub fn origin(&self, connection: SocketAddr, headers: &HeaderMap) -> SocketAddr {
        let mut from = connection;
        if !self.has(from.ip()) {
            return from;
        }
        let (name, read): (HeaderName, fn(&str) -> Option<SocketAddr>) = match self.told {
            Told::XForwardedFor => (HeaderName::from_static("x-forwarded-for"), node),
            Told::Forwarded => (header::FORWARDED, forwarded),
        };
        // Each server puts the address from which it was asked behind what it was told.
        let values: Vec<&str> =
            headers.get_all(name).iter().map(|value| value.to_str().unwrap_or("")).collect();
        for told in values.iter().rev().flat_map(|value| value.rsplit(',')) {
            match read(told) {
                Some(told) => from = told,
                // A name that hides an address, or no address: the server that says so stands for it.
                None => break,
            }
            if !self.has(from.ip()) {
                break;
            }
        }
        from
    }
}

/// The `for` of one element of `Forwarded`.
fn forwarded(element: &str) -> Option<SocketAddr> {
    let pairs = element.split(';').filter_map(|pair| pair.split_once('='));
    let mut named = pairs.filter(|(name, _)| name.trim().eq_ignore_ascii_case("for"));
    node(named.next()?.1)
}

/// An address, with a port or without, perhaps in quotes.
fn node(text: &str) -> Option<SocketAddr> {
    let text = text.trim().trim_matches('"');
    let bare = text.strip_prefix('[').and_then(|text| text.strip_suffix(']')).unwrap_or(text);
    let alone = bare.parse().map(|address| SocketAddr::new(address, 0));
    let told = alone.or_else(|_| text.parse()).ok()?;
    Some(SocketAddr::new(told.ip().to_canonical(), told.port()))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn proxies(trusted: &[&str], told: Told) -> Proxies {
        Proxies { trusted: trusted.iter().map(|text| text.parse().unwrap()).collect(), told }
    }

    /// From where a request comes that a connection brings with these headers.
    fn from(proxies: &Proxies, connection: &str, headers: &[(&'static str, &str)]) -> String {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(*name, value.parse().unwrap());
        }
        proxies.origin(SocketAddr::new(connection.parse().unwrap(), 4000), &map).ip().to_string()
    }

    #[test]
    fn the_last_address_that_is_no_server_of_ours_counts() {
        let two = proxies(&["192.0.2.1", "10.0.0.0/8"], Told::XForwardedFor);
        for (connection, told, counts) in [
            ("192.0.2.1", "198.51.100.7", "198.51.100.7"),
            ("192.0.2.1", "203.0.113.9, 198.51.100.7", "198.51.100.7"),
            ("192.0.2.1", "203.0.113.9, 198.51.100.7, 10.1.2.3", "198.51.100.7"),
            ("192.0.2.1", "203.0.113.9,198.51.100.7:5000", "198.51.100.7"),
            ("192.0.2.1", "[2001:db8::1]:443", "2001:db8::1"),
            ("192.0.2.1", "2001:db8::1", "2001:db8::1"),
            ("192.0.2.1", "::ffff:198.51.100.7", "198.51.100.7"),
            ("192.0.2.1", "10.0.0.1, 10.0.0.2", "10.0.0.1"),
            ("192.0.2.1", "198.51.100.7, unknown", "192.0.2.1"),
            ("192.0.2.1", "198.51.100.7, unknown, 10.0.0.2", "10.0.0.2"),
            ("192.0.2.1", "", "192.0.2.1"),
            // Anybody else says nothing of himself.
            ("192.0.2.2", "198.51.100.7", "192.0.2.2"),
            ("198.51.100.7", "10.0.0.1", "198.51.100.7"),
        ] {
            assert_eq!(from(&two, connection, &[("x-forwarded-for", told)]), counts, "{connection} {told}");
        }
        let several = [("x-forwarded-for", "203.0.113.9"), ("x-forwarded-for", "198.51.100.7")];
        assert_eq!(from(&two, "10.0.0.1", &several), "198.51.100.7");
        let other = [("forwarded", "for=203.0.113.9"), ("x-forwarded-for", "198.51.100.7")];
        assert_eq!(
            from(&two, "10.0.0.1", &other),
            "198.51.100.7",
            "whoever is behind writes the other header"
        );
        assert_eq!(from(&Proxies::default(), "127.0.0.1", &several), "127.0.0.1");
    }

    #[test]
    fn the_header_of_the_standard_is_read_as_it_says() {
        let one = proxies(&["2001:db8:1::/48", "10.0.0.0/8"], Told::Forwarded);
        for (told, counts) in [
            ("for=198.51.100.7", "198.51.100.7"),
            ("for=203.0.113.9;proto=https, For=\"198.51.100.7:4711\";by=10.0.0.1", "198.51.100.7"),
            ("by=10.0.0.1;for=\"[2001:db8::17]:4711\"", "2001:db8::17"),
            ("for=198.51.100.7, for=10.0.0.7", "198.51.100.7"),
            ("for=_hidden", "2001:db8:1::9"),
            ("proto=https", "2001:db8:1::9"),
        ] {
            assert_eq!(from(&one, "2001:db8:1::9", &[("forwarded", told)]), counts, "{told}");
        }
        let other = [("x-forwarded-for", "198.51.100.7")];
        assert_eq!(from(&one, "2001:db8:1::9", &other), "2001:db8:1::9");
        assert_eq!(from(&one, "2001:db8:2::9", &[("forwarded", "for=198.51.100.7")]), "2001:db8:2::9");
    }

    #[test]
    fn networks_are_addresses_that_begin_alike() {
        for text in ["", "here", "10.0.0.0/33", "::/129", "10.0.0.0/", "10.0.0.0/+8", "0.0.0.0/0", "::/0"] {
            assert!(text.parse::<Network>().is_err(), "{text}");
        }
        let network: Network = "172.16.0.0/12".parse().unwrap();
        for (address, has) in
            [("172.16.0.1", true), ("172.31.255.255", true), ("172.32.0.0", false), ("::1", false)]
        {
            assert_eq!(network.has(address.parse().unwrap()), has, "{address}");
        }
    }
}
