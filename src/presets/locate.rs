//! Where a field stands in the text of a preset, for messages about its value.

/// Line and column (from 1) of the field with the dotted name `path`, of its nearest enclosing
/// field if it is absent, or of the start.
pub(super) fn field(text: &str, path: &str) -> (usize, usize) {
    let path = path.split('[').next().unwrap_or(path);
    let mut best = (0, (1, 1));
    let mut scanner = Scanner::new(text);
    while let Some((found, place)) = scanner.next_field() {
        let prefix = path == found || path.starts_with(&format!("{found}."));
        if prefix && found.len() > best.0 {
            best = (found.len(), place);
        }
    }
    best.1
}

/// Walks over the named fields of a RON text, skipping strings and comments.
struct Scanner<'a> {
    rest: std::iter::Peekable<std::str::Chars<'a>>,
    line: usize,
    column: usize,
    /// Names of the structures we are inside; a bracket without a name is an empty one.
    inside: Vec<String>,
    /// The last word read and where it stood.
    word: (String, (usize, usize)),
    /// The last field named, which a bracket opens.
    named: String,
}

impl<'a> Scanner<'a> {
    fn new(text: &'a str) -> Self {
        Self {
            rest: text.chars().peekable(),
            line: 1,
            column: 1,
            inside: Vec::new(),
            word: (String::new(), (1, 1)),
            named: String::new(),
        }
    }

    fn next_char(&mut self) -> Option<char> {
        let c = self.rest.next()?;
        if c == '\n' {
            self.line += 1;
            self.column = 1;
        } else {
            self.column += 1;
        }
        Some(c)
    }

    /// The next field's dotted name and place.
    fn next_field(&mut self) -> Option<(String, (usize, usize))> {
        loop {
            let place = (self.line, self.column);
            match self.next_char()? {
                '"' => self.skip_string(),
                '/' => self.skip_comment(),
                '(' | '[' | '{' => self.inside.push(std::mem::take(&mut self.named)),
                ')' | ']' | '}' => {
                    self.inside.pop();
                }
                ':' if !self.word.0.is_empty() => {
                    self.named = std::mem::take(&mut self.word.0);
                    let outer = self.inside.iter().filter(|name| !name.is_empty());
                    let names: Vec<&str> = outer
                        .map(String::as_str)
                        .chain([self.named.as_str()])
                        .collect();
                    return Some((names.join("."), self.word.1));
                }
                c if c.is_alphanumeric() || c == '_' => self.read_word(c, place),
                ',' => self.named.clear(),
                _ => {}
            }
        }
    }

    fn read_word(&mut self, first: char, place: (usize, usize)) {
        let mut word = String::from(first);
        while self
            .rest
            .peek()
            .is_some_and(|c| c.is_alphanumeric() || *c == '_')
        {
            word.extend(self.next_char());
        }
        self.word = (word, place);
    }

    fn skip_string(&mut self) {
        while let Some(c) = self.next_char() {
            match c {
                '\\' => {
                    self.next_char();
                }
                '"' => return,
                _ => {}
            }
        }
    }

    fn skip_comment(&mut self) {
        match self.rest.peek() {
            Some('/') => while self.next_char().is_some_and(|c| c != '\n') {},
            Some('*') => {
                let mut last = ' ';
                while let Some(c) = self.next_char() {
                    if last == '*' && c == '/' {
                        return;
                    }
                    last = c;
                }
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::field;

    const TEXT: &str = "(\n  // market: (spot: 1)\n  title: \"market: (spot: \\\" \",\n  market: (\n    process: geometric_brownian,\n    spot: 5.0,\n  ),\n  steps: 3,\n)";

    #[test]
    fn a_field_is_found_where_it_stands_and_not_in_strings_or_comments() {
        assert_eq!(field(TEXT, "market.spot"), (6, 5));
        assert_eq!(field(TEXT, "steps"), (8, 3));
        assert_eq!(field(TEXT, "market.volatility"), (4, 3));
        assert_eq!(field(TEXT, "shown_path[3]"), (1, 1));
    }
}
