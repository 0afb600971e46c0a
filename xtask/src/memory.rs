//! Peak memory of the released binary over inputs of different sizes: it must not grow with the input.

use crate::{Outcome, cargo, root, run, target_folder};
use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

/// The message that the inputs repeat, each copy with a number of its own.
const MESSAGE: &str = "fixtures/demo/messages/01-FWB16-direct-FRAJFK.txt";

/// The two inputs, in bytes.
const SMALL_BYTES: usize = 10 << 20;
const LARGE_BYTES: usize = 100 << 20;

/// Peak memory over the large input may be this many halves of that over the small one, plus the allowance.
const GROWTH_HALVES: u64 = 3;
const ALLOWANCE_KIB: u64 = 8 << 10;

/// How often the peak is read; the last reading before the end counts.
const INTERVAL: Duration = Duration::from_millis(5);

/// What was measured.
#[derive(Debug, Clone, Copy)]
pub struct Figures {
    /// Peak resident memory over 10 MiB, in KiB.
    pub small_kib: u64,
    /// Peak resident memory over 100 MiB, in KiB.
    pub large_kib: u64,
    /// Time for 100 MiB.
    pub large_duration: Duration,
}

impl Figures {
    /// Most that the large input may take, in KiB.
    pub fn limit_kib(&self) -> u64 {
        self.small_kib * GROWTH_HALVES / 2 + ALLOWANCE_KIB
    }

    /// Whether memory stayed constant.
    pub fn constant(&self) -> bool {
        self.large_kib <= self.limit_kib()
    }
}

/// Measures `loadgate describe --json` on 10 and on 100 MiB of concatenated messages. `None` where the
/// system does not tell the peak of another process.
///
/// # Errors
/// Where the binary cannot be built or fails on the input.
pub fn measure() -> Outcome<Option<Figures>> {
    if !Path::new("/proc/self/status").exists() {
        return Ok(None);
    }
    run(&mut cargo(["build", "--release", "--package", "loadgate", "--bin", "loadgate"]))?;
    let binary = target_folder()?.join("release").join(format!("loadgate{}", std::env::consts::EXE_SUFFIX));
    let folder = tempfile::tempdir()?;
    let message = fs::read_to_string(root().join(MESSAGE)).map_err(|why| format!("{MESSAGE}: {why}"))?;
    let mut measured = Vec::new();
    for bytes in [SMALL_BYTES, LARGE_BYTES] {
        let input = generate(folder.path(), &message, bytes)?;
        measured.push(peak(&binary, &input)?);
        fs::remove_file(input)?;
    }
    let [(small_kib, _), (large_kib, large_duration)] = measured[..] else { return Ok(None) };
    Ok(Some(Figures { small_kib, large_kib, large_duration }))
}

/// A file of copies of `message`, each with an air waybill number of its own.
fn generate(folder: &Path, message: &str, bytes: usize) -> Outcome<PathBuf> {
    let number = message
        .lines()
        .nth(1)
        .and_then(|line| line.get(..12))
        .filter(|number| number.as_bytes()[3] == b'-')
        .ok_or_else(|| format!("{MESSAGE}: no air waybill number on its second line"))?;
    let path = folder.join(format!("{bytes}.txt"));
    let mut file = BufWriter::new(File::create(&path)?);
    let mut written = 0;
    for serial in 0.. {
        if written >= bytes {
            break;
        }
        let copy = message.replace(number, &air_waybill_number(&number[..3], serial));
        file.write_all(copy.as_bytes())?;
        written += copy.len();
    }
    file.flush()?;
    Ok(path)
}

/// A number with its check digit, which is the serial modulo 7.
fn air_waybill_number(prefix: &str, serial: u32) -> String {
    let serial = serial % 10_000_000;
    format!("{prefix}-{serial:07}{}", serial % 7)
}

/// Peak resident memory of `describe --json` on `input`, in KiB, and its duration.
fn peak(binary: &Path, input: &Path) -> Outcome<(u64, Duration)> {
    let start = Instant::now();
    let mut child = Command::new(binary)
        .args(["describe", "--json"])
        .arg(input)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .map_err(|why| format!("{}: {why}", binary.display()))?;
    let status = PathBuf::from(format!("/proc/{}/status", child.id()));
    let mut peak_kib = 0;
    let exit = loop {
        if let Some(exit) = child.try_wait()? {
            break exit;
        }
        // The process may end between the two calls; its last reading stands.
        if let Some(kib) = fs::read_to_string(&status).ok().as_deref().and_then(high_water_mark) {
            peak_kib = peak_kib.max(kib);
        }
        sleep(INTERVAL);
    };
    // 1 says that the data have findings, which is no failure here.
    if !matches!(exit.code(), Some(0 | 1)) {
        return Err(format!("`loadgate describe --json` failed on {} ({exit})", input.display()).into());
    }
    Ok((peak_kib, start.elapsed()))
}

/// The peak that a `/proc/<pid>/status` names, in KiB.
fn high_water_mark(status: &str) -> Option<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().strip_suffix("kB")?.trim().parse().ok()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn copies_carry_numbers_of_their_own_with_right_check_digits() {
        let folder = tempfile::tempdir().unwrap();
        let path = generate(folder.path(), "FWB/16\n888-10011120FRAJFK/T1K1\n", 60).unwrap();
        let text = fs::read_to_string(path).unwrap();
        let second_lines: Vec<&str> = text.lines().skip(1).step_by(2).collect();
        assert_eq!(second_lines, ["888-00000000FRAJFK/T1K1", "888-00000011FRAJFK/T1K1"]);
        assert_eq!(air_waybill_number("888", 1_001_112), "888-10011120");
        assert!(generate(folder.path(), "FWB/16\nX\n", 60).is_err());
        let committed = fs::read_to_string(root().join(MESSAGE)).unwrap();
        assert!(generate(folder.path(), &committed, 60).is_ok());
    }

    #[test]
    fn the_peak_is_read_and_judged() {
        assert_eq!(high_water_mark("Name:\tx\nVmPeak:\t  9 kB\nVmHWM:\t   5432 kB\n"), Some(5432));
        assert_eq!(high_water_mark("Name:\tx\n"), None);
        let figures = |small_kib, large_kib| Figures { small_kib, large_kib, large_duration: Duration::ZERO };
        assert!(figures(10_000, 15_000 + 8_192).constant());
        assert!(!figures(10_000, 15_001 + 8_192).constant());
    }
}
