//! Where a lake lives: an object store and the URL of the lake's folder in it.

use std::path::{Path as FilePath, PathBuf};
use std::sync::Arc;

use datafusion::object_store::local::LocalFileSystem;
use datafusion::object_store::path::Path;
use datafusion::object_store::{Error as StoreError, ObjectStore, ObjectStoreExt};
use url::Url;

use crate::error::{Error, LakeContext, Result};

/// An object store whose root is "/" and the lake's folder in it.
#[derive(Debug, Clone)]
pub(crate) struct Location {
    store: Arc<dyn ObjectStore>,
    url: Url,
    local: Option<PathBuf>,
}

impl Location {
    /// A folder of this machine. The folder need not exist.
    pub(crate) fn local(folder: &FilePath) -> Result<Self> {
        let absolute = std::path::absolute(folder)
            .lake_context(|| format!("resolve the folder {}", folder.display()))?;
        let url = Url::from_directory_path(&absolute)
            .map_err(|()| Error::usage(format!("{} is not a folder's path", folder.display())))?;
        Ok(Self { store: Arc::new(LocalFileSystem::new()), url, local: Some(absolute) })
    }

    /// A folder of any object store; `url` ends in "/".
    pub(crate) fn with_store(store: Arc<dyn ObjectStore>, url: Url) -> Self {
        Self { store, url, local: None }
    }

    /// The store, with its root at "/".
    pub(crate) fn store(&self) -> &Arc<dyn ObjectStore> {
        &self.store
    }

    /// The folder on this machine, where it is one.
    pub(crate) fn local_folder(&self) -> Option<&FilePath> {
        self.local.as_deref()
    }

    /// How the lake is named in messages.
    pub(crate) fn display(&self) -> String {
        match &self.local {
            Some(folder) => folder.display().to_string(),
            None => self.url.to_string(),
        }
    }

    /// The URL of something below the lake's folder; `relative` ends in "/" for a folder.
    pub(crate) fn url(&self, relative: &str) -> Result<Url> {
        self.url.join(relative).lake_context(|| format!("name {relative} in the lake"))
    }

    /// The store's path of something below the lake's folder.
    pub(crate) fn path(&self, relative: &str) -> Result<Path> {
        let url = self.url(relative)?;
        match &self.local {
            Some(folder) => Path::from_absolute_path(folder.join(relative)),
            None => Path::from_url_path(url.path()),
        }
        .lake_context(|| format!("name {relative} in the lake"))
    }

    /// Reads a whole object; `None` if it is not there.
    pub(crate) async fn read(&self, relative: &str) -> Result<Option<Vec<u8>>> {
        let path = self.path(relative)?;
        match self.store.get(&path).await {
            Ok(found) => {
                let bytes = found.bytes().await.lake_context(|| format!("read {relative}"))?;
                Ok(Some(bytes.to_vec()))
            }
            Err(StoreError::NotFound { .. }) => Ok(None),
            Err(error) => Err(error).lake_context(|| format!("read {relative}")),
        }
    }

    /// Writes a whole object and, on this machine's disk, waits until it is there to stay.
    pub(crate) async fn write(&self, relative: &str, bytes: impl Into<bytes::Bytes>) -> Result<()> {
        let path = self.path(relative)?;
        self.store.put(&path, bytes.into().into()).await.lake_context(|| format!("write {relative}"))?;
        self.sync(relative)
    }

    /// Flushes the folders from `relative` up to the lake's own, so that a new one is there to stay.
    pub(crate) fn sync_folders(&self, relative: &str) -> Result<()> {
        let Some(lake) = &self.local else {
            return Ok(());
        };
        let folder = lake.join(relative);
        for folder in folder.ancestors().take_while(|folder| folder.starts_with(lake)) {
            std::fs::File::open(folder)
                .and_then(|folder| folder.sync_all())
                .lake_context(|| format!("flush the folder {} to the disk", folder.display()))?;
        }
        Ok(())
    }

    /// Removes an object; one that is not there is no error.
    pub(crate) async fn remove(&self, relative: &str) -> Result<()> {
        let path = self.path(relative)?;
        match self.store.delete(&path).await {
            Ok(()) | Err(StoreError::NotFound { .. }) => Ok(()),
            Err(error) => Err(error).lake_context(|| format!("remove {relative}")),
        }
    }

    /// Flushes a file of a local lake and its folder to the disk; nothing to do elsewhere.
    pub(crate) fn sync(&self, relative: &str) -> Result<()> {
        let Some(folder) = &self.local else {
            return Ok(());
        };
        let file = folder.join(relative);
        let flush = |path: &FilePath| std::fs::File::open(path)?.sync_all();
        flush(&file).lake_context(|| format!("flush {relative} to the disk"))?;
        if let Some(parent) = file.parent() {
            flush(parent).lake_context(|| format!("flush the folder of {relative} to the disk"))?;
        }
        Ok(())
    }
}
