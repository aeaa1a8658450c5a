//! Fingerprints of inputs, so that work already done is not done again.
//! Owns SHA-256 over files and texts. Refuses time stamps: a copied file with the same bytes is the same file.

use std::io::Read;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use aws_lc_rs::digest::{Context, SHA256};

/// A running fingerprint over named parts, in order.
pub struct Fingerprint(Context);

impl Default for Fingerprint {
    fn default() -> Self {
        Self(Context::new(&SHA256))
    }
}

impl Fingerprint {
    /// Adds a text after its length, so that no two lists of texts have the same bytes.
    pub fn text(mut self, text: &str) -> Self {
        self.0.update(&text.len().to_be_bytes());
        self.0.update(text.as_bytes());
        self
    }

    /// Adds the content of a file.
    ///
    /// # Errors
    /// If the file cannot be read.
    pub fn file(mut self, path: &Path) -> Result<Self> {
        let mut file = std::fs::File::open(path).with_context(|| format!("cannot read {}", path.display()))?;
        let length = file.metadata().map(|data| data.len()).unwrap_or_default();
        self.0.update(&length.to_be_bytes());
        let mut buffer = vec![0; 1 << 20];
        loop {
            let count = file.read(&mut buffer).with_context(|| format!("cannot read {}", path.display()))?;
            if count == 0 {
                return Ok(self);
            }
            self.0.update(&buffer[..count]);
        }
    }

    /// Adds every file of a folder (one level), in the order of their names.
    ///
    /// # Errors
    /// If the folder or a file cannot be read.
    pub fn folder(mut self, folder: &Path) -> Result<Self> {
        let mut files: Vec<PathBuf> = std::fs::read_dir(folder)
            .with_context(|| format!("cannot read {}", folder.display()))?
            .filter_map(|entry| entry.ok().map(|entry| entry.path()))
            .filter(|path| path.is_file())
            .collect();
        files.sort();
        for file in files {
            let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
            self = self.text(&name).file(&file)?;
        }
        Ok(self)
    }

    /// 64 hexadecimal digits.
    pub fn finish(self) -> String {
        self.0.finish().as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_parts_give_the_same_fingerprint_and_moved_borders_do_not() {
        let of = |parts: &[&str]| parts.iter().fold(Fingerprint::default(), |sum, part| sum.text(part)).finish();
        assert_eq!(of(&["ab", "c"]), of(&["ab", "c"]));
        assert_ne!(of(&["ab", "c"]), of(&["a", "bc"]));
        assert_eq!(of(&[]).len(), 64);
    }

    #[test]
    fn a_folder_is_told_apart_by_names_and_bytes_and_not_by_time() {
        let folder = std::env::temp_dir().join(format!("souk-fingerprint-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join("a"), "one").unwrap();
        let first = Fingerprint::default().folder(&folder).unwrap().finish();
        std::fs::write(folder.join("a"), "one").unwrap();
        assert_eq!(first, Fingerprint::default().folder(&folder).unwrap().finish());
        std::fs::write(folder.join("a"), "two").unwrap();
        assert_ne!(first, Fingerprint::default().folder(&folder).unwrap().finish());
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
