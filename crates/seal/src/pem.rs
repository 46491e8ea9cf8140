//! PEM: base64 between two lines.

use der::pem;

use crate::SealError;

/// The DER of the first block labelled `label`.
pub(crate) fn read(
    what: &'static str,
    label: &'static str,
    text: &[u8],
) -> Result<Vec<u8>, SealError> {
    let wrong = |cause: String| SealError::NotThat { what, cause };
    let text = std::str::from_utf8(text).map_err(|_| wrong("it is neither DER nor PEM".into()))?;
    let begin = format!("-----BEGIN {label}-----");
    let end = format!("-----END {label}-----");
    let from = text
        .find(&begin)
        .ok_or_else(|| wrong(format!("it has no block `{label}`")))?;
    let to = text[from..]
        .find(&end)
        .ok_or_else(|| wrong(format!("its block `{label}` has no end")))?;
    // Windows and unix lines, spaces at their ends, a line of any length: what is between is put into lines of 64.
    let body: String = text[from + begin.len()..from + to]
        .chars()
        .filter(|c| !c.is_whitespace())
        .collect();
    let lines: Vec<&str> = body
        .as_bytes()
        .chunks(64)
        .map(|line| std::str::from_utf8(line).unwrap_or_default())
        .collect();
    let tidy = format!("{begin}\n{}\n{end}\n", lines.join("\n"));
    pem::decode_vec(tidy.as_bytes())
        .map(|(_, der)| der)
        .map_err(|error| wrong(error.to_string()))
}

/// A block labelled `label`.
pub(crate) fn write(label: &'static str, der: &[u8]) -> String {
    pem::encode_string(label, pem::LineEnding::LF, der).expect("BUG: bytes have no PEM")
}
