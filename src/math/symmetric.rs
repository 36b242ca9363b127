//! Small symmetric matrices, row by row.

/// A square matrix of a few rows.
pub type Matrix = Vec<Vec<f64>>;

/// The inverse of a symmetric, positive definite matrix, by the factors of A.-L. Cholesky; `None` where it is none.
#[must_use]
pub fn inverse(matrix: &[Vec<f64>]) -> Option<Matrix> {
    let n = matrix.len();
    // Rows and columns in units of the diagonal, so that what is small is not taken for nothing.
    let scales: Vec<f64> = (0..n).map(|i| matrix[i][i].sqrt()).collect();
    if scales.iter().any(|scale| !scale.is_normal()) {
        return None;
    }
    let mut lower = vec![vec![0.0; n]; n];
    for i in 0..n {
        for j in 0..=i {
            let scaled = matrix[i][j] / (scales[i] * scales[j]);
            let before: f64 = (0..j).map(|k| lower[i][k] * lower[j][k]).sum();
            let rest = scaled - before;
            lower[i][j] = if i == j {
                root(rest)?
            } else {
                rest / lower[j][j]
            };
        }
    }
    let column = |unit: usize| {
        let mut x = vec![0.0; n];
        for i in 0..n {
            let before: f64 = (0..i).map(|k| lower[i][k] * x[k]).sum();
            let wanted = if i == unit { 1.0 } else { 0.0 };
            x[i] = (wanted - before) / lower[i][i];
        }
        for i in (0..n).rev() {
            let behind: f64 = (i + 1..n).map(|k| lower[k][i] * x[k]).sum();
            x[i] = (x[i] - behind) / lower[i][i];
        }
        let entries = x.iter().zip(&scales);
        entries
            .map(|(x, scale)| x / (scale * scales[unit]))
            .collect()
    };
    Some((0..n).map(column).collect())
}

/// The root of what is left on a diagonal of ones; `None` where nothing is.
fn root(rest: f64) -> Option<f64> {
    (rest > 1e-12).then(|| rest.sqrt())
}

/// `A·B·A` of symmetric matrices.
#[must_use]
pub fn sandwich(bread: &[Vec<f64>], filling: &[Vec<f64>]) -> Matrix {
    product(&product(bread, filling), bread)
}

fn product(a: &[Vec<f64>], b: &[Vec<f64>]) -> Matrix {
    let columns = b.first().map_or(0, Vec::len);
    let entry = |row: &Vec<f64>, j: usize| row.iter().zip(b).map(|(x, other)| x * other[j]).sum();
    let row = |row: &Vec<f64>| (0..columns).map(|j| entry(row, j)).collect();
    a.iter().map(row).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_matrix_times_its_inverse_is_one_whatever_its_units() {
        let matrix = vec![
            vec![4e-12, 1e-6, 3e-7],
            vec![1e-6, 9.0, 0.5],
            vec![3e-7, 0.5, 1.0],
        ];
        let inverse = inverse(&matrix).unwrap();
        for (i, row) in product(&matrix, &inverse).iter().enumerate() {
            for (j, x) in row.iter().enumerate() {
                let wanted = if i == j { 1.0 } else { 0.0 };
                let unit = (matrix[i][i] / matrix[j][j]).sqrt();
                assert!((x - wanted).abs() < 1e-12 * unit.max(1.0), "{i} {j} {x}");
            }
        }
        let same = sandwich(&inverse, &matrix);
        assert!((same[1][2] / inverse[1][2] - 1.0).abs() < 1e-9);
    }

    #[test]
    fn what_is_not_positive_definite_has_no_inverse() {
        assert!(inverse(&[vec![1.0, 2.0], vec![2.0, 1.0]]).is_none());
        assert!(inverse(&[vec![1.0, 1.0], vec![1.0, 1.0]]).is_none());
        assert!(inverse(&[vec![0.0]]).is_none());
    }
}
