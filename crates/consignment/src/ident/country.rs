use super::{Invalid, ascii, text_identifier};

/// A country by its ISO 3166-1 alpha-2 code.
///
/// Two codes outside the standard are accepted because customs messages use them: `XI` (Northern
/// Ireland) and `XK` (Kosovo). The older EU spellings `UK` and `EL` are read as `GB` and `GR`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Country([u8; 2]);

/// ISO 3166-1 alpha-2 as of 2026-11, in alphabetical order, followed by the two user-assigned codes.
const ASSIGNED: &str = "\
ADAEAFAGAIALAMAOAQARASATAUAWAXAZBABBBDBEBFBGBHBIBJBLBMBNBOBQBRBSBTBVBWBYBZCACCCDCFCGCHCICKCLCMCNCOCRCU\
CVCWCXCYCZDEDJDKDMDODZECEEEGEHERESETFIFJFKFMFOFRGAGBGDGEGFGGGHGIGLGMGNGPGQGRGSGTGUGWGYHKHMHNHRHTHUIDIE\
ILIMINIOIQIRISITJEJMJOJPKEKGKHKIKMKNKPKRKWKYKZLALBLCLILKLRLSLTLULVLYMAMCMDMEMFMGMHMKMLMMMNMOMPMQMRMSMT\
MUMVMWMXMYMZNANCNENFNGNINLNONPNRNUNZOMPAPEPFPGPHPKPLPMPNPRPSPTPWPYQARERORSRURWSASBSCSDSESGSHSISJSKSLSM\
SNSOSRSSSTSVSXSYSZTCTDTFTGTHTJTKTLTMTNTOTRTTTVTWTZUAUGUMUSUYUZVAVCVEVGVIVNVUWFWSYEYTZAZMZWXIXK";

/// Member States of the European Union as of 2026-11, in alphabetical order.
const EU_MEMBERS: &str = "ATBEBGCYCZDEDKEEESFIFRGRHRHUIEITLTLULVMTNLPLPTROSESISK";

impl Country {
    /// Reads a code; small letters become capitals.
    ///
    /// # Errors
    /// Where it is not two letters or stands for no country.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let bytes: [u8; 2] =
            text.trim().as_bytes().try_into().map_err(|_| Invalid::Length { min: 2, max: 2 })?;
        if !bytes.iter().all(u8::is_ascii_alphabetic) {
            return Err(Invalid::Characters("two letters"));
        }
        let code = match &bytes.map(|b| b.to_ascii_uppercase()) {
            b"UK" => *b"GB",
            b"EL" => *b"GR",
            other => *other,
        };
        if !ASSIGNED.as_bytes().chunks_exact(2).any(|assigned| assigned == code) {
            return Err(Invalid::Unassigned);
        }
        Ok(Self(code))
    }

    /// Whether it is a Member State of the European Union (Treaty on European Union, Article 52).
    pub fn is_eu_member(self) -> bool {
        EU_MEMBERS.as_bytes().chunks_exact(2).any(|member| member == self.0)
    }

    /// The two letters.
    pub fn as_str(&self) -> &str {
        ascii(&self.0)
    }
}

text_identifier!(Country);

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_whole_and_sorted() {
        let codes: Vec<&[u8]> = ASSIGNED.as_bytes().chunks_exact(2).collect();
        assert_eq!(codes.len(), 249 + 2);
        assert!(codes[..249].windows(2).all(|pair| pair[0] < pair[1]));
    }

    #[test]
    fn reads_codes_and_old_spellings() {
        assert_eq!(Country::parse("de").unwrap().as_str(), "DE");
        assert_eq!(Country::parse("UK").unwrap().as_str(), "GB");
        assert_eq!(Country::parse("EL").unwrap().as_str(), "GR");
        assert_eq!(Country::parse("XI").unwrap().as_str(), "XI");
        assert_eq!(Country::parse("ZZ"), Err(Invalid::Unassigned));
        assert_eq!(Country::parse("NK"), Err(Invalid::Unassigned));
        assert!(
            Country::parse("D").is_err() && Country::parse("D1").is_err() && Country::parse("DEU").is_err()
        );
    }
}
