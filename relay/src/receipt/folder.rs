//! Where receipts are kept.

use super::Receipt;
use anyhow::{Context as _, Result};
use std::{
	fs::{File, OpenOptions},
	io::{Seek as _, SeekFrom, Write as _},
	os::unix::fs::OpenOptionsExt as _,
	path::{Path, PathBuf},
};
use surety_response::H256;

/// A folder for receipts, of one process.
#[derive(Clone, Debug)]
pub struct Folder(PathBuf);

/// A file in which a receipt is going to be.
#[derive(Debug)]
pub struct Place {
	folder: PathBuf,
	part: PathBuf,
	file: File,
	kept: bool,
}

impl Folder {
	/// Opens a folder, or makes it. Fails where nothing can be written there.
	pub fn open(path: &Path) -> Result<Self> {
		std::fs::create_dir_all(path).with_context(|| format!("cannot create {}", path.display()))?;
		let folder = Self(path.to_path_buf());
		// What was left over when the process ended is of no use.
		for entry in std::fs::read_dir(path)? {
			let entry = entry?.path();
			if entry.extension().is_some_and(|extension| extension == "part") {
				std::fs::remove_file(&entry).with_context(|| format!("cannot remove {}", entry.display()))?;
			}
		}
		drop(folder.place(0, 0)?);
		Ok(folder)
	}

	/// Makes a place for the receipt of a request with this nonce, of about so many bytes: so that a full disk shows
	/// before anything is paid.
	pub fn place(&self, nonce: u64, bytes: usize) -> Result<Place> {
		let part = self.0.join(format!("{nonce:016x}.part"));
		let shown = part.display().to_string();
		let create = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&part);
		let file = create.with_context(|| format!("cannot create {shown}"))?;
		let mut place = Place { folder: self.0.clone(), part, file, kept: false };
		place.fill(bytes).with_context(|| format!("cannot write to {shown}"))?;
		Ok(place)
	}
}

impl Place {
	fn fill(&mut self, mut bytes: usize) -> std::io::Result<()> {
		let zeros = [0; 4_096];
		while bytes > 0 {
			let some = bytes.min(zeros.len());
			self.file.write_all(&zeros[..some])?;
			bytes -= some;
		}
		Ok(())
	}

	/// Writes the receipt, whole and durable, under the hash of its request. Returns its name.
	pub fn keep(mut self, request: &H256, receipt: &Receipt) -> Result<String> {
		let extension = match receipt {
			Receipt::Answered(_) => "receipt",
			Receipt::Broken(_) => "broken",
		};
		let name = format!("{}.{extension}", hex::encode(request));
		let bytes = receipt.to_bytes();
		self.file.seek(SeekFrom::Start(0))?;
		self.file.write_all(&bytes)?;
		self.file.set_len(bytes.len() as u64)?;
		self.file.sync_all()?;
		std::fs::rename(&self.part, self.folder.join(&name))?;
		self.kept = true;
		File::open(&self.folder)?.sync_all()?;
		Ok(name)
	}
}

impl Drop for Place {
	fn drop(&mut self) {
		if !self.kept {
			let _ = std::fs::remove_file(&self.part);
		}
	}
}
