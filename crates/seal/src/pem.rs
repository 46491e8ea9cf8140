//! PEM: base64 between two lines.

use der::pem;

use crate::SealError;

/// The DER of the first block labelled `label`.
pub(crate) fn read(
    what: &'static str,
    label: &'static str,
    text: &[u8],
) -> Result<Vec<u8>, SealError> {
    read_all(what, label, text).map(|mut all| all.swap_remove(0))
}

/// The DER of every block labelled `label`, in their order: at least one.
pub(crate) fn read_all(
    what: &'static str,
    label: &'static str,
    text: &[u8],
) -> Result<Vec<Vec<u8>>, SealError> {
    let wrong = |cause: String| SealError::NotThat { what, cause };
    let text = std::str::from_utf8(text).map_err(|_| wrong("it is neither DER nor PEM".into()))?;
    let begin = format!("-----BEGIN {label}-----");
    let end = format!("-----END {label}-----");
    let mut all = Vec::new();
    let mut rest = text;
    while let Some(from) = rest.find(&begin) {
        let to = rest[from..]
            .find(&end)
            .ok_or_else(|| wrong(format!("its block `{label}` has no end")))?;
        // Windows and unix lines, spaces at their ends, a line of any length: what is between is put into lines of 64.
        let body: Vec<char> = rest[from + begin.len()..from + to]
            .chars()
            .filter(|c| !c.is_whitespace())
            .collect();
        let lines: Vec<String> = body.chunks(64).map(|line| line.iter().collect()).collect();
        let tidy = format!("{begin}\n{}\n{end}\n", lines.join("\n"));
        let (_, der) =
            pem::decode_vec(tidy.as_bytes()).map_err(|error| wrong(error.to_string()))?;
        all.push(der);
        rest = &rest[from + to + end.len()..];
    }
    if all.is_empty() {
        return Err(wrong(format!("it has no block `{label}`")));
    }
    Ok(all)
}

/// A block labelled `label`.
pub(crate) fn write(label: &'static str, der: &[u8]) -> String {
    pem::encode_string(label, pem::LineEnding::LF, der).expect("BUG: bytes have no PEM")
}
