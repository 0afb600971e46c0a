//! What the sender knows of his customer: the enhanced ACAS set, carried in OCI lines of the United States.

use crate::date::PartialDate;

/// Facts about the customer's account, as stated. A list where a message may repeat the element.
///
/// Codes follow the IATA OCI composition rules (OCI mapping 3.2); the OCI control identifier stands with
/// each field. Empty means "not stated".
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct CustomerAccount {
    /// `AH` account holder: one of S, C, L, B, 3.
    pub holder: String,
    /// `AN` name on the account.
    pub name: String,
    /// `AI` who issued the account; precedes the number it belongs to.
    pub issuer: String,
    /// `AR` account number.
    pub number: String,
    /// `AF` shipping frequency: one of S, I, O, B, R, X.
    pub frequency: String,
    /// `KP` known-consignor indicator, Y or N.
    pub known_consignor: Option<bool>,
    /// `AE` the day the account was established; `None` where not stated or unreadable.
    pub established: Option<PartialDate>,
    /// `BT` billing type: EFT, MBL, CC, CSH, CHQ, CTO, BILL.
    pub billing: String,
    /// `IA` network address when the account was made.
    pub created_from: String,
    /// `IR` network address when the pick-up was asked for.
    pub requested_from: String,
    /// `PI` identity documents, `type-issuer-number`.
    pub documents: Vec<String>,
    /// `RT` transaction type (B2B, B2C, C2C, ...).
    pub transaction: String,
    /// `MI` shipper's manufacturer or AEO number.
    pub manufacturer: String,
    /// `II` consignee's importer-of-record number.
    pub importer: String,
    /// `VP` verified telephone.
    pub verified_telephone: String,
    /// `MU`+`MD` and `VU`+`VD`: e-mail addresses.
    pub emails: Vec<AccountEmail>,
    /// `RA` regulated agent's number for ACAS (under `AGT`), not that of a security declaration.
    pub agent_number: String,
    /// Agent's name (under `AGT` without control identifier).
    pub agent_name: String,
    /// `FT` filing type: 01 standard, 02 express, 03 e-commerce, 04 postal (reserved).
    pub filing_type: String,
}

impl CustomerAccount {
    /// Whether nothing was stated.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// An e-mail address of the account set.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct AccountEmail {
    /// Before the at sign.
    pub user: String,
    /// After the at sign; empty where the domain line is missing.
    pub domain: String,
    /// Stated as verified (`VU`, `VD`).
    pub verified: bool,
}
