//! Every mutant of a file in one text, each behind a switch, so that one build serves them all.
//!
//! A mutant that cannot be put behind a switch (what it needs is known at compile time, or its text would have to stand
//! where no expression may) is left out and told; the compiler tells of more ([`Switched::blamed`]).

use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use syn::spanned::Spanned;
use syn::visit::{self, Visit};

/// Asks whether a mutant is the chosen one.
const ON: &str = "crate::mutated::on";

/// A change of the code, as `cargo mutants --list --json` tells it.
#[derive(Debug, Clone, Deserialize)]
pub struct Mutant {
    /// File from the root of the workspace.
    pub file: String,
    /// With file, place and what is changed.
    pub name: String,
    pub genre: Genre,
    /// What stands instead.
    pub replacement: String,
    pub span: Place,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub enum Genre {
    FnValue,
    BinaryOperator,
    UnaryOperator,
    MatchArm,
    MatchArmGuard,
    StructField,
}

#[derive(Debug, Clone, Deserialize)]
pub struct Place {
    pub start: Spot,
}

/// Line and column, both from 1, the column in characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
pub struct Spot {
    pub line: usize,
    pub column: usize,
}

/// A file with switches.
#[derive(Debug)]
pub struct Switched {
    /// The whole text.
    pub text: String,
    /// Which mutants stand where in the text.
    fragments: Vec<(Range<usize>, Vec<usize>)>,
}

impl Switched {
    /// The mutants of the smallest piece of the text that holds a fault of the compiler.
    pub fn blamed(&self, fault: Range<usize>) -> &[usize] {
        let holds = |at: &Range<usize>| at.start <= fault.start && fault.end <= at.end;
        let around = self.fragments.iter().filter(|(at, _)| holds(at));
        around.min_by_key(|(at, _)| at.len()).map_or(&[], |(_, ids)| ids)
    }

    /// All mutants that stand in the text.
    pub fn ids(&self) -> BTreeSet<usize> {
        self.fragments.iter().flat_map(|(_, ids)| ids.iter().copied()).collect()
    }
}

/// Puts the mutants, each with its number, into a text.
///
/// # Errors
/// Where the text is no Rust.
pub fn switched(source: &str, mutants: &[(usize, &Mutant)]) -> syn::Result<Switched> {
    let file = syn::parse_file(source)?;
    let mut at: BTreeMap<Spot, Vec<(usize, &Mutant)>> = BTreeMap::new();
    for (id, mutant) in mutants {
        at.entry(mutant.span.start).or_default().push((*id, mutant));
    }
    let mut writer =
        Writer { source, lines: lines(source), at, text: String::new(), copied: 0, fragments: Vec::new() };
    writer.visit_file(&file);
    writer.text.push_str(&source[writer.copied..]);
    Ok(Switched { text: writer.text, fragments: writer.fragments })
}

/// Where each line begins, in bytes.
fn lines(source: &str) -> Vec<usize> {
    std::iter::once(0).chain(source.match_indices('\n').map(|(at, _)| at + 1)).collect()
}

/// Walks the code in the order of its text, and copies it with what is put in between.
struct Writer<'a> {
    source: &'a str,
    lines: Vec<usize>,
    at: BTreeMap<Spot, Vec<(usize, &'a Mutant)>>,
    text: String,
    copied: usize,
    fragments: Vec<(Range<usize>, Vec<usize>)>,
}

type Found<'a> = Vec<(usize, &'a Mutant)>;

impl<'a> Writer<'a> {
    fn found(&self, genre: Genre, at: &impl Spanned) -> Found<'a> {
        let start = at.span().start();
        let spot = Spot { line: start.line, column: start.column + 1 };
        let here = self.at.get(&spot).into_iter().flatten();
        here.filter(|(_, mutant)| mutant.genre == genre).copied().collect()
    }

    fn byte(&self, at: proc_macro2::LineColumn) -> usize {
        let start = self.lines[at.line - 1];
        let mut chars = self.source[start..].char_indices();
        start + chars.nth(at.column).map_or(self.source.len() - start, |(offset, _)| offset)
    }

    fn range(&self, what: &impl Spanned) -> Range<usize> {
        let span = what.span();
        self.byte(span.start())..self.byte(span.end())
    }

    fn raw(&self, what: &impl Spanned) -> &'a str {
        &self.source[self.range(what)]
    }

    /// Copies the source up to a place, then writes something of our own.
    fn put(&mut self, at: usize, text: &str) {
        self.text.push_str(&self.source[self.copied..at]);
        self.copied = at;
        self.text.push_str(text);
    }

    /// Leaves out the source up to a place.
    fn skip_to(&mut self, at: usize) {
        self.copied = at;
    }

    fn fragment(&mut self, start: usize, found: &Found<'a>) {
        let ids = found.iter().map(|(id, _)| *id).collect();
        self.fragments.push((start..self.text.len(), ids));
    }

    fn function(&mut self, signature: &syn::Signature, block: &'a syn::Block) {
        let found = match block.stmts.first() {
            Some(first) => self.found(Genre::FnValue, first),
            None => Vec::new(),
        };
        if found.is_empty() {
            return visit::visit_block(self, block);
        }
        let body = self.range(block);
        let (open, close) = (body.start + 1, body.end - 1);
        if matches!(&signature.output, syn::ReturnType::Type(_, kind) if matches!(**kind, syn::Type::ImplTrait(_)))
        {
            return self.iterator(block, (open, close), &found);
        }
        self.put(open, "");
        for one @ (id, mutant) in &found {
            let start = self.text.len();
            let value = if mutant.replacement == "()" { "" } else { &mutant.replacement };
            self.put(open, &format!(" if {ON}({id}) {{ return {value}; }}"));
            self.fragment(start, &vec![*one]);
        }
        visit::visit_block(self, block);
    }

    /// All values of `impl Iterator` are of one type: what the function gives is filtered away instead, and what the
    /// mutant gives comes after it.
    fn iterator(&mut self, block: &'a syn::Block, (open, close): (usize, usize), found: &Found<'a>) {
        let inner = |mutant: &Mutant| {
            let once = mutant.replacement.strip_prefix("::std::iter::once(")?;
            once.strip_suffix(')').map(str::to_owned)
        };
        let fits = |mutant: &Mutant| mutant.replacement == "::std::iter::empty()" || inner(mutant).is_some();
        let found: Found<'a> = found.iter().copied().filter(|(_, mutant)| fits(mutant)).collect();
        if found.is_empty() || self.source[open..close].contains("return ") {
            return visit::visit_block(self, block);
        }
        self.put(open, " ({");
        visit::visit_block(self, block);
        self.put(close, "})");
        for one @ (id, mutant) in &found {
            let start = self.text.len();
            let text = match inner(mutant) {
                Some(value) => format!(".filter(|_| !{ON}({id})).chain({ON}({id}).then(|| {value}))"),
                None => format!(".filter(|_| !{ON}({id}))"),
            };
            self.put(close, &text);
            self.fragment(start, &vec![*one]);
        }
    }

    /// `a += b`
    fn assigned(&mut self, binary: &'a syn::ExprBinary, found: &Found<'a>) {
        let whole = self.range(binary);
        let (place, operator) = (self.raw(&binary.left), self.raw(&binary.op));
        self.put(whole.start, "");
        let start = self.text.len();
        self.put(whole.start, "(match (");
        self.skip_to(self.range(&binary.right).start);
        self.visit_expr(&binary.right);
        let changed: String = found
            .iter()
            .map(|(id, mutant)| format!("if {ON}({id}) {{ {place} {} __b; }} else ", mutant.replacement))
            .collect();
        self.put(whole.end, &format!(") {{ __b => {{ {changed}{{ {place} {operator} __b; }} }} }})"));
        self.fragment(start, found);
    }
}

/// Whether a `let` of a chain of conditions is an operand: such a chain is no expression that could stand elsewhere.
fn has_let(expr: &syn::Expr) -> bool {
    match expr {
        syn::Expr::Let(_) => true,
        syn::Expr::Binary(binary) => has_let(&binary.left) || has_let(&binary.right),
        _ => false,
    }
}

/// What stands before the operator, in its place, and after it.
fn around(operator: syn::BinOp, text: &str, found: &Found<'_>) -> (String, String, String) {
    let choose = |deref: &str| {
        let changed: String = found
            .iter()
            .map(|(id, mutant)| {
                format!("if {ON}({id}) {{ {deref}__a {} {deref}__b }} else ", mutant.replacement)
            })
            .collect();
        format!("{changed}{{ {deref}__a {text} {deref}__b }}")
    };
    let any: Vec<String> = found.iter().map(|(id, _)| format!("{ON}({id})")).collect();
    let any = any.join(" || ");
    match operator {
        // Both are a choice by the left operand; the mutant makes the other choice.
        syn::BinOp::And(_) => {
            ("({ let __l: bool = ".into(), format!("; if __l != ({any}) {{"), "} else { __l } })".into())
        }
        syn::BinOp::Or(_) => {
            ("({ let __l: bool = ".into(), format!("; if __l != ({any}) {{ __l }} else {{"), "} })".into())
        }
        syn::BinOp::Eq(_) | syn::BinOp::Ne(_) => ("((".into(), text.into(), format!(") != ({any}))")),
        syn::BinOp::Lt(_) | syn::BinOp::Le(_) | syn::BinOp::Gt(_) | syn::BinOp::Ge(_) => {
            ("(match (&(".into(), "), &(".into(), format!(")) {{ (__a, __b) => {} }})", choose("*")))
        }
        _ => ("(match ((".into(), "), (".into(), format!(")) {{ (__a, __b) => {} }})", choose(""))),
    }
}

fn assigns(operator: syn::BinOp) -> bool {
    use syn::BinOp::*;
    matches!(
        operator,
        AddAssign(_)
            | SubAssign(_)
            | MulAssign(_)
            | DivAssign(_)
            | RemAssign(_)
            | BitXorAssign(_)
            | BitAndAssign(_)
            | BitOrAssign(_)
            | ShlAssign(_)
            | ShrAssign(_)
    )
}

impl<'a> Visit<'a> for Writer<'a> {
    fn visit_item_fn(&mut self, item: &'a syn::ItemFn) {
        self.function(&item.sig, &item.block);
    }

    fn visit_impl_item_fn(&mut self, item: &'a syn::ImplItemFn) {
        self.function(&item.sig, &item.block);
    }

    fn visit_expr_binary(&mut self, binary: &'a syn::ExprBinary) {
        let found = self.found(Genre::BinaryOperator, &binary.op);
        let logical = matches!(binary.op, syn::BinOp::And(_) | syn::BinOp::Or(_));
        if found.is_empty() || (logical && (has_let(&binary.left) || has_let(&binary.right))) {
            return visit::visit_expr_binary(self, binary);
        }
        if assigns(binary.op) {
            return self.assigned(binary, &found);
        }
        let (whole, operator) = (self.range(binary), self.range(&binary.op));
        let (before, between, after) = around(binary.op, &self.source[operator.clone()], &found);
        self.put(whole.start, "");
        let start = self.text.len();
        self.put(whole.start, &before);
        self.visit_expr(&binary.left);
        self.put(operator.start, &between);
        self.skip_to(operator.end);
        self.visit_expr(&binary.right);
        self.put(whole.end, &after);
        self.fragment(start, &found);
    }

    fn visit_expr_unary(&mut self, unary: &'a syn::ExprUnary) {
        let found = self.found(Genre::UnaryOperator, &unary.op);
        let [(id, _)] = found[..] else { return visit::visit_expr_unary(self, unary) };
        let whole = self.range(unary);
        self.put(whole.start, "");
        let start = self.text.len();
        match unary.op {
            syn::UnOp::Not(_) => {
                self.put(whole.start, "((");
                visit::visit_expr_unary(self, unary);
                self.put(whole.end, &format!(") != {ON}({id}))"));
            }
            _ => {
                self.put(whole.start, "(match (");
                self.skip_to(self.range(&unary.expr).start);
                self.visit_expr(&unary.expr);
                self.put(whole.end, &format!(") {{ __a => if {ON}({id}) {{ __a }} else {{ -__a }} }})"));
            }
        }
        self.fragment(start, &found);
    }

    fn visit_arm(&mut self, arm: &'a syn::Arm) {
        let mut found = self.found(Genre::MatchArm, &arm);
        let gone: String = found.iter().map(|(id, _)| format!(" && !{ON}({id})")).collect();
        match &arm.guard {
            Some((_, guard)) if !has_let(guard) => {
                let guards = self.found(Genre::MatchArmGuard, &**guard);
                let changed = |value: &str| -> String {
                    let these = guards.iter().filter(|(_, mutant)| mutant.replacement == value);
                    let (before, after) = if value == "true" { (" || ", "") } else { (" && !", "") };
                    these.map(|(id, _)| format!("{before}{ON}({id}){after}")).collect()
                };
                let after = format!("){}){}{gone}", changed("true"), changed("false"));
                found.extend(&guards);
                if found.is_empty() {
                    return visit::visit_arm(self, arm);
                }
                let at = self.range(&**guard);
                self.put(at.start, "");
                let start = self.text.len();
                self.put(at.start, "((");
                self.visit_expr(guard);
                self.put(at.end, &after);
                self.fragment(start, &found);
            }
            None if !found.is_empty() => {
                let end = self.range(&arm.pat).end;
                self.put(end, "");
                let start = self.text.len();
                self.put(end, &format!(" if {}", gone.trim_start_matches(" && ")));
                self.fragment(start, &found);
            }
            _ => return visit::visit_arm(self, arm),
        }
        self.visit_expr(&arm.body);
    }

    /// Arms that are gone may leave a match that is not whole; the compiler says so of what is matched.
    fn visit_expr_match(&mut self, whole: &'a syn::ExprMatch) {
        let gone: Found<'a> = whole.arms.iter().flat_map(|arm| self.found(Genre::MatchArm, arm)).collect();
        let at = self.range(&*whole.expr);
        self.put(at.start, "");
        let start = self.text.len();
        self.visit_expr(&whole.expr);
        self.put(at.end, "");
        if !gone.is_empty() {
            self.fragment(start, &gone);
        }
        for arm in &whole.arms {
            self.visit_arm(arm);
        }
    }

    /// A field that is left out is taken from the base. What makes a base may do so once.
    fn visit_expr_struct(&mut self, whole: &'a syn::ExprStruct) {
        let fields = |writer: &Self| {
            whole.fields.iter().any(|field| !writer.found(Genre::StructField, field).is_empty())
        };
        let Some(rest) = whole.rest.as_deref().filter(|_| fields(self)) else {
            return visit::visit_expr_struct(self, whole);
        };
        let place = matches!(rest, syn::Expr::Path(_) | syn::Expr::Field(_));
        let base = if place { self.raw(rest) } else { "__base" };
        let at = self.range(whole);
        if !place {
            let made = format!("(match {} {{ __base => ", self.raw(rest));
            self.put(at.start, &made);
        }
        for field in &whole.fields {
            let found = self.found(Genre::StructField, field);
            let (at, member) = (self.range(&field.expr), self.raw(&field.member));
            let [(id, _)] = found[..] else {
                self.visit_field_value(field);
                continue;
            };
            self.put(at.start, "");
            let start = self.text.len();
            let label = if field.colon_token.is_none() { format!("{member}: ") } else { String::new() };
            self.put(at.start, &format!("{label}if {ON}({id}) {{ {base}.{member} }} else {{ "));
            self.visit_expr(&field.expr);
            self.put(at.end, " }");
            self.fragment(start, &found);
        }
        if place {
            return self.visit_expr(rest);
        }
        let rest = self.range(rest);
        self.put(rest.start, base);
        self.skip_to(rest.end);
        self.put(at.end, " })");
    }
}

/// What the switched code asks: the variable LOADGATE_MUTANT names the mutant, or, after `reached:`, the file in which
/// every mutant is written down that is come to.
pub const SWITCH: &str = r#"
/// Which mutant is chosen.
#[doc(hidden)]
#[allow(missing_docs, clippy::all)]
pub mod mutated {
    use std::io::Write;
    use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::Relaxed};

    const UNREAD: usize = usize::MAX;
    const REACHED: usize = usize::MAX - 1;
    static CHOSEN: AtomicUsize = AtomicUsize::new(UNREAD);
    static SEEN: [AtomicBool; 16384] = [const { AtomicBool::new(false) }; 16384];

    #[inline(always)]
    pub fn on(id: usize) -> bool {
        let chosen = CHOSEN.load(Relaxed);
        if chosen < REACHED { chosen == id } else { slow(id) }
    }

    #[cold]
    #[inline(never)]
    fn slow(id: usize) -> bool {
        let asked = std::env::var("LOADGATE_MUTANT").unwrap_or_default();
        match asked.strip_prefix("reached:") {
            None => {
                CHOSEN.store(asked.parse().unwrap_or(0), Relaxed);
                on(id)
            }
            Some(file) => {
                CHOSEN.store(REACHED, Relaxed);
                if !SEEN[id].swap(true, Relaxed) {
                    let file = std::fs::OpenOptions::new().create(true).append(true).open(file);
                    file.and_then(|mut file| file.write_all(format!("{id}\n").as_bytes())).expect("a file to write to");
                }
                false
            }
        }
    }
}
"#;

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn mutant(genre: Genre, line: usize, column: usize, replacement: &str) -> Mutant {
        let span = Place { start: Spot { line, column } };
        Mutant { file: String::new(), name: String::new(), genre, replacement: replacement.to_owned(), span }
    }

    fn put(source: &str, mutants: &[Mutant]) -> Switched {
        let numbered: Vec<(usize, &Mutant)> =
            mutants.iter().enumerate().map(|(at, one)| (at + 1, one)).collect();
        let switched = switched(source, &numbered).unwrap();
        syn::parse_file(&switched.text).unwrap();
        switched
    }

    #[test]
    fn each_change_stands_behind_its_switch() {
        let source = "fn f(a: bool, n: u32) -> bool {\n    a && !(n < 3)\n}\n";
        let mutants = [
            mutant(Genre::FnValue, 2, 5, "true"),
            mutant(Genre::BinaryOperator, 2, 7, "||"),
            mutant(Genre::UnaryOperator, 2, 10, ""),
            mutant(Genre::BinaryOperator, 2, 14, "=="),
            mutant(Genre::BinaryOperator, 2, 14, ">"),
        ];
        let switched = put(source, &mutants);
        assert_eq!(switched.ids(), (1..=5).collect());
        assert!(switched.text.contains("if crate::mutated::on(1) { return true; }"), "{}", switched.text);
        assert!(switched.text.contains("if crate::mutated::on(4) { *__a == *__b }"), "{}", switched.text);
        let inner = switched.text.find("*__a ==").unwrap();
        assert_eq!(switched.blamed(inner..inner + 4), [4, 5], "the smallest piece around a fault");
    }

    #[test]
    fn arms_guards_fields_and_sums_have_their_ways() {
        let source = "fn f(n: u32) -> P {\n    let mut m = n;\n    m += 1;\n    match n {\n        1 => P { a: m, ..P::new() },\n        \
                      k if k > 2 => P::new(),\n        _ => P::new(),\n    }\n}\n";
        let mutants = [
            mutant(Genre::BinaryOperator, 3, 7, "-="),
            mutant(Genre::MatchArm, 5, 9, ""),
            mutant(Genre::StructField, 5, 18, ""),
            mutant(Genre::MatchArmGuard, 6, 14, "true"),
            mutant(Genre::MatchArmGuard, 6, 14, "false"),
        ];
        let switched = put(source, &mutants);
        assert_eq!(switched.ids(), (1..=5).collect());
        for piece in [
            "__b => { if crate::mutated::on(1) { m -= __b; } else { m += __b; } }",
            "1 if !crate::mutated::on(2) =>",
            "(match P::new() { __base => P { a: if crate::mutated::on(3) { __base.a } else { m }, ..__base } })",
            "if ((k > 2) || crate::mutated::on(4)) && !crate::mutated::on(5) =>",
        ] {
            assert!(switched.text.contains(piece), "{piece} in {}", switched.text);
        }
    }

    #[test]
    fn a_chain_with_let_has_no_place_for_a_switch() {
        let source =
            "fn f(a: Option<u8>, b: bool) -> u8 {\n    if let Some(n) = a && b { n } else { 0 }\n}\n";
        assert!(put(source, &[mutant(Genre::BinaryOperator, 2, 24, "||")]).ids().is_empty());
    }
}
