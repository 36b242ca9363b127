//! Complex numbers, as far as transforms of prices need them.

use std::ops::{Add, Div, Mul, Neg, Sub};

/// `re + i·im`.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Complex {
    /// Real part.
    pub re: f64,
    /// Imaginary part.
    pub im: f64,
}

impl Complex {
    /// `re + i·im`.
    #[must_use]
    pub const fn new(re: f64, im: f64) -> Self {
        Self { re, im }
    }

    /// A real number.
    #[must_use]
    pub const fn real(re: f64) -> Self {
        Self::new(re, 0.0)
    }

    /// `e^z`.
    #[must_use]
    pub fn exp(self) -> Self {
        let size = self.re.exp();
        Self::new(size * self.im.cos(), size * self.im.sin())
    }

    /// The logarithm whose imaginary part lies between −π and π.
    #[must_use]
    pub fn ln(self) -> Self {
        Self::new(self.size().ln(), self.im.atan2(self.re))
    }

    /// The root whose real part is not below 0.
    #[must_use]
    pub fn sqrt(self) -> Self {
        let size = self.size();
        let re = (0.5 * (size + self.re).max(0.0)).sqrt();
        let im = (0.5 * (size - self.re).max(0.0)).sqrt();
        Self::new(re, im.copysign(self.im))
    }

    /// `|z|`.
    #[must_use]
    pub fn size(self) -> f64 {
        self.re.hypot(self.im)
    }
}

impl Add for Complex {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self::new(self.re + other.re, self.im + other.im)
    }
}

impl Sub for Complex {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self::new(self.re - other.re, self.im - other.im)
    }
}

impl Mul for Complex {
    type Output = Self;
    fn mul(self, other: Self) -> Self {
        Self::new(
            self.re * other.re - self.im * other.im,
            self.re * other.im + self.im * other.re,
        )
    }
}

impl Mul<f64> for Complex {
    type Output = Self;
    fn mul(self, factor: f64) -> Self {
        Self::new(self.re * factor, self.im * factor)
    }
}

impl Div for Complex {
    type Output = Self;
    fn div(self, other: Self) -> Self {
        let square = other.re * other.re + other.im * other.im;
        self * Self::new(other.re, -other.im) * (1.0 / square)
    }
}

impl Neg for Complex {
    type Output = Self;
    fn neg(self) -> Self {
        Self::new(-self.re, -self.im)
    }
}
