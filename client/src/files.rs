//! Files in which something is kept from one run to the next.

use anyhow::{Context, Result};
use std::{
	fs::File,
	io::{ErrorKind, Write},
	path::{Path, PathBuf},
};

/// What a file holds, if there is one.
pub fn read_if_there(path: &Path) -> Result<Option<String>> {
	match std::fs::read_to_string(path) {
		Ok(text) => Ok(Some(text)),
		Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
		Err(error) => Err(error).with_context(|| format!("cannot read {}", path.display())),
	}
}

/// Writes a file as a whole, so that a crash leaves the old one or the new one.
pub fn write_whole(path: &Path, bytes: &[u8]) -> Result<()> {
	let beside = PathBuf::from(format!("{}.new", path.display()));
	let write = || -> Result<()> {
		if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
			std::fs::create_dir_all(folder)?;
		}
		let mut file = File::create(&beside)?;
		file.write_all(bytes)?;
		file.sync_all()?;
		std::fs::rename(&beside, path)?;
		Ok(())
	};
	write().with_context(|| format!("cannot write {}", path.display()))
}
