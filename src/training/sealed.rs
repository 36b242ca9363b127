//! Files of numbers: safetensors with a line about them, under a checksum of everything.

use half::f16;
use safetensors::tensor::{Dtype, SafeTensors, TensorView};
use std::collections::HashMap;

/// Name of the metadata entry that holds the checksum and the line.
const ENTRY: &str = "hedgelab";

/// A tensor on its way into a file.
pub(super) struct Stored {
    name: String,
    dtype: Dtype,
    shape: Vec<usize>,
    bytes: Vec<u8>,
}

impl Stored {
    /// Numbers of single precision.
    pub fn single(name: String, shape: &[usize], values: &[f32]) -> Self {
        Self {
            name,
            dtype: Dtype::F32,
            shape: shape.to_vec(),
            bytes: values.iter().flat_map(|x| x.to_le_bytes()).collect(),
        }
    }

    /// Numbers rounded to half precision.
    pub fn half(name: String, shape: &[usize], values: &[f32]) -> Self {
        let rounded = values.iter().map(|x| f16::from_f32(*x));
        Self {
            name,
            dtype: Dtype::F16,
            shape: shape.to_vec(),
            bytes: rounded.flat_map(f16::to_le_bytes).collect(),
        }
    }

    /// Numbers of double precision.
    pub fn double(name: &str, shape: &[usize], values: impl Iterator<Item = f64>) -> Self {
        Self {
            name: name.to_owned(),
            dtype: Dtype::F64,
            shape: shape.to_vec(),
            bytes: values.flat_map(f64::to_le_bytes).collect(),
        }
    }

    fn view(&self) -> Result<TensorView<'_>, String> {
        TensorView::new(self.dtype, self.shape.clone(), &self.bytes)
            .map_err(|error| format!("{}: {error}", self.name))
    }
}

/// The content of a file.
pub(super) fn seal(about: &str, tensors: &[Stored]) -> Result<Vec<u8>, String> {
    let views = tensors
        .iter()
        .map(|tensor| Ok((tensor.name.clone(), tensor.view()?)))
        .collect::<Result<Vec<_>, String>>()?;
    let parts = views
        .iter()
        .map(|(name, view)| (name.as_str(), view.data()));
    let entry = format!("{:016x} {about}", checksum(about, parts));
    let metadata = HashMap::from([(ENTRY.to_owned(), entry)]);
    safetensors::serialize(views, Some(metadata)).map_err(|error| error.to_string())
}

/// FNV-1a (Fowler, Noll, Vo), 64 bits: against accidents, not against forgery.
fn checksum<'a>(about: &str, parts: impl Iterator<Item = (&'a str, &'a [u8])>) -> u64 {
    let mut parts: Vec<_> = parts.collect();
    parts.sort_unstable_by_key(|(name, _)| *name);
    let eat = |hash: u64, bytes: &[u8]| {
        let step = |hash: u64, byte: &u8| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        bytes.iter().fold(hash, step)
    };
    let start = eat(0xcbf2_9ce4_8422_2325, about.as_bytes());
    parts.iter().fold(start, |hash, (name, data)| {
        eat(eat(hash, name.as_bytes()), data)
    })
}

/// A file that was opened.
pub(super) struct Sealed<'a> {
    /// The line about it.
    pub about: String,
    /// Its numbers.
    pub tensors: Tensors<'a>,
    /// Whether the checksum is right.
    right: bool,
}

impl<'a> Sealed<'a> {
    /// Reads the content of a file, whatever its checksum.
    pub fn open(bytes: &'a [u8]) -> Result<Self, String> {
        let broken = |error| format!("is no policy file, or is cut off: {error}");
        let (_, header) = SafeTensors::read_metadata(bytes).map_err(broken)?;
        let entry = header.metadata().as_ref().and_then(|all| all.get(ENTRY));
        let entry = entry.ok_or("is a safetensors file of another program")?;
        let (sum, about) = entry.split_once(' ').ok_or("has a damaged header")?;
        let tensors = SafeTensors::deserialize(bytes).map_err(broken)?;
        let views = tensors.tensors();
        let parts = views
            .iter()
            .map(|(name, view)| (name.as_str(), view.data()));
        Ok(Self {
            right: format!("{:016x}", checksum(about, parts)) == sum,
            about: about.to_owned(),
            tensors: Tensors(tensors),
        })
    }

    /// Refuses a file whose checksum is not that of its content.
    pub fn check(&self) -> Result<(), String> {
        if self.right {
            return Ok(());
        }
        Err("is damaged: its checksum does not match its content".into())
    }
}

/// The numbers of a file, by name.
pub(super) struct Tensors<'a>(SafeTensors<'a>);

impl<'a> Tensors<'a> {
    fn find(&self, name: &str, dtype: Dtype) -> Result<TensorView<'a>, String> {
        let tensor = self.0.tensor(name);
        let tensor = tensor.map_err(|_missing| format!("lacks the tensor {name}"))?;
        if tensor.dtype() == dtype {
            Ok(tensor)
        } else {
            let found = tensor.dtype();
            Err(format!("has {name} as {found:?}; expected {dtype:?}"))
        }
    }

    /// How many numbers are under a name; none where there is no such name.
    pub fn numbers(&self, name: &str) -> Option<usize> {
        let tensor = self.0.tensor(name).ok()?;
        Some(tensor.shape().iter().product())
    }

    /// Finite numbers of single precision, in this shape.
    pub fn single(&self, name: &str, shape: &[usize]) -> Result<Vec<f32>, String> {
        let data = self.shaped(name, Dtype::F32, shape)?;
        let (numbers, _rest) = data.as_chunks::<4>();
        finite(name, numbers.iter().map(|x| f32::from_le_bytes(*x)))
    }

    /// Finite numbers of half precision, in this shape.
    pub fn half(&self, name: &str, shape: &[usize]) -> Result<Vec<f32>, String> {
        let data = self.shaped(name, Dtype::F16, shape)?;
        let (numbers, _rest) = data.as_chunks::<2>();
        finite(
            name,
            numbers.iter().map(|x| f16::from_le_bytes(*x).to_f32()),
        )
    }

    fn shaped(&self, name: &str, dtype: Dtype, shape: &[usize]) -> Result<&'a [u8], String> {
        let tensor = self.find(name, dtype)?;
        if tensor.shape() == shape {
            return Ok(tensor.data());
        }
        let found = tensor.shape();
        Err(format!("has {name} of shape {found:?}; expected {shape:?}"))
    }

    /// Numbers of double precision.
    pub fn double(&self, name: &str) -> Result<Vec<f64>, String> {
        let tensor = self.find(name, Dtype::F64)?;
        let (numbers, _rest) = tensor.data().as_chunks::<8>();
        Ok(numbers.iter().map(|x| f64::from_le_bytes(*x)).collect())
    }
}

fn finite(name: &str, numbers: impl Iterator<Item = f32>) -> Result<Vec<f32>, String> {
    let numbers: Vec<f32> = numbers.collect();
    if numbers.iter().all(|x| x.is_finite()) {
        Ok(numbers)
    } else {
        Err(format!("has a number in {name} that is not finite"))
    }
}
